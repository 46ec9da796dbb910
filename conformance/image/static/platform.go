package static

import (
	"cmp"
	"fmt"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

func judgePlatform(e *examination) report.Result {
	const expectation = "index entry, configuration and ELF header that agree"
	var disagreements []string
	if e.Config.OS == "" {
		disagreements = append(disagreements, "the configuration names no os")
	}
	if e.Config.Architecture == "" {
		disagreements = append(disagreements, "the configuration names no architecture")
	}
	// Where the configuration is silent, the program is compared with the index entry.
	platform, says := image.Normalize(e.Platform), "the platform is"
	if len(disagreements) == 0 {
		platform, says = image.Normalize(*e.Config.Platform()), "the configuration says"
		if e.Indexed != nil && !image.Same(*e.Indexed, platform) {
			disagreements = append(disagreements, fmt.Sprintf("the index entry says %s, the configuration %s", cmp.Or(image.Normalize(*e.Indexed).String(), "nothing"), platform))
		}
	}
	result := e.withProgram(expectation, func(program *program.Program) []string {
		path := e.entry.Path()
		if !program.RunsOnLinux() || platform.OS != "linux" {
			disagreements = append(disagreements, fmt.Sprintf("%s is for %s, %s os %q", path, program.Header.OSABI, says, platform.OS))
		}
		if program.Architecture() != platform.Architecture {
			disagreements = append(disagreements, fmt.Sprintf("%s is for %s, %s architecture %q", path, program.Machine(), says, platform.Architecture))
		}
		var version int
		if _, err := fmt.Sscanf(platform.Variant, "v%d", &version); err == nil && platform.Architecture == "arm" && program.ARM > version {
			disagreements = append(disagreements, fmt.Sprintf("%s is for arm v%d, %s variant %q", path, program.ARM, says, platform.Variant))
		}
		return disagreements
	})
	if result.Status == report.NotTestable && len(disagreements) > 0 {
		return conclude(expectation, disagreements)
	}
	return result
}
