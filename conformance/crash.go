package conformance

import (
	"regexp"
	"strings"
)

var (
	crashLine = regexp.MustCompile(`(?m)^(panic|fatal error): .*`)
	crashSite = regexp.MustCompile(`(?m)^\S*podsandbox/pause/\S+\(.*\n\t(\S+:\d+)`)
)

// crash is the reason for which the suite's process ended without a report, in one
// line: its own last line or, of a panic, what and where.
func crash(stderr string) string {
	if at := crashLine.FindStringIndex(stderr); at != nil {
		reason := stderr[at[0]:at[1]]
		if site := crashSite.FindStringSubmatch(stderr[at[1]:]); site != nil {
			reason += " at " + site[1]
		}
		return reason + "; this is a fault of the suite: please report it"
	}
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return lines[len(lines)-1]
}
