package static

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/report"
)

func judgeConfigClean(e *examination) report.Result {
	config := e.Config.Config
	var violations []string
	for _, port := range slices.Sorted(maps.Keys(config.ExposedPorts)) {
		violations = append(violations, fmt.Sprintf("port %q is exposed", port))
	}
	for _, volume := range slices.Sorted(maps.Keys(config.Volumes)) {
		violations = append(violations, fmt.Sprintf("%q is a volume", volume))
	}
	if e.HasHealthcheck() {
		violations = append(violations, fmt.Sprintf("HEALTHCHECK runs %q", config.Healthcheck.Test))
	}
	switch {
	case isShellForm(config.Entrypoint):
		violations = append(violations, fmt.Sprintf("Entrypoint %q is a shell's", config.Entrypoint))
	case isShellForm(config.Cmd):
		violations = append(violations, fmt.Sprintf("Cmd %q is a shell's", config.Cmd))
	case isShellForm(e.Command()):
		violations = append(violations, fmt.Sprintf("Entrypoint and Cmd are a shell's together: %q", e.Command()))
	}
	for _, variable := range config.Env {
		name, value, _ := strings.Cut(variable, "=")
		if isSecret(name, value) {
			violations = append(violations, fmt.Sprintf("the environment variable %q looks like a secret", name))
		}
	}
	return conclude("no exposed port, no volume, no health check, no shell and no secret", violations)
}
