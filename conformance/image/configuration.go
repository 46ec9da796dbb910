package image

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// secretName and secretValue match what has no place in an image. Values are
// never reported.
var (
	secretName  = regexp.MustCompile(`(?i)(^|_)(pass(word|wd|phrase)?|secret|token|credentials?|(api|access|private|secret)_?key)(_|$)`)
	secretValue = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]+:[^/\s@]+@|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}`)
)

func judgeNonRoot(e *examination) Finding {
	const expected = "a numeric User that is not 0, such as 65535:65535"
	user, _, _ := strings.Cut(e.Config.Config.User, ":")
	id, err := strconv.ParseUint(user, 10, 31)
	switch {
	case user == "":
		return judged(expected, []string{"User is not set, which is root"})
	case err != nil:
		return judged(expected, []string{fmt.Sprintf("User is %q, which is not a number", e.Config.Config.User)})
	case id == 0:
		return judged(expected, []string{fmt.Sprintf("User is %q, which is root", e.Config.Config.User)})
	}
	return judged(expected, nil)
}

func judgeConfig(e *examination) Finding {
	config := e.Config.Config
	var violations []string
	for _, port := range slices.Sorted(maps.Keys(config.ExposedPorts)) {
		violations = append(violations, fmt.Sprintf("port %q is exposed", port))
	}
	for _, volume := range slices.Sorted(maps.Keys(config.Volumes)) {
		violations = append(violations, fmt.Sprintf("%q is a volume", volume))
	}
	if isShellForm(config.Entrypoint) {
		violations = append(violations, fmt.Sprintf("Entrypoint %q is a shell's", config.Entrypoint))
	}
	if isShellForm(config.Cmd) {
		violations = append(violations, fmt.Sprintf("Cmd %q is a shell's", config.Cmd))
	}
	for _, variable := range config.Env {
		name, value, _ := strings.Cut(variable, "=")
		if value != "" && secretName.MatchString(name) || secretValue.MatchString(value) {
			violations = append(violations, fmt.Sprintf("the environment variable %q looks like a secret", name))
		}
	}
	return judged("no exposed port, no volume, no shell and no secret", shortened(violations))
}
