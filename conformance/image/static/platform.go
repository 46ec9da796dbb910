package static

import (
	"cmp"
	"fmt"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

func judgePlatform(e *examination) report.Result {
	const expected = "index entry, configuration and ELF header that agree"
	var disagreements []string
	if e.Config.OS == "" {
		disagreements = append(disagreements, "the configuration names no os")
	}
	if e.Config.Architecture == "" {
		disagreements = append(disagreements, "the configuration names no architecture")
	}
	// Where the configuration is silent, the program is compared with the index entry.
	configured, says := image.Normalize(e.Platform), "the platform is"
	if len(disagreements) == 0 {
		configured, says = image.Normalize(*e.Config.Platform()), "the configuration says"
		if e.Indexed != nil && !image.Same(*e.Indexed, configured) {
			disagreements = append(disagreements, fmt.Sprintf("the index entry says %s, the configuration %s", cmp.Or(image.Normalize(*e.Indexed).String(), "nothing"), configured))
		}
	}
	result := e.withProgram(expected, func(program *program.Program) []string {
		path := e.entry.Path()
		if !program.RunsOnLinux() || configured.OS != "linux" {
			disagreements = append(disagreements, fmt.Sprintf("%s is for %s, %s os %q", path, program.Header.OSABI, says, configured.OS))
		}
		if program.Architecture() != configured.Architecture {
			disagreements = append(disagreements, fmt.Sprintf("%s is for %s, %s architecture %q", path, program.Machine(), says, configured.Architecture))
		}
		var version int
		if _, err := fmt.Sscanf(configured.Variant, "v%d", &version); err == nil && configured.Architecture == "arm" && program.ARM > version {
			disagreements = append(disagreements, fmt.Sprintf("%s is for arm v%d, %s variant %q", path, program.ARM, says, configured.Variant))
		}
		return disagreements
	})
	if result.Status == report.NotTestable && len(disagreements) > 0 {
		return conclude(expected, disagreements)
	}
	return result
}
