package conformance

import (
	"slices"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// hostNetwork are the requirements for which the image runs in the host's network
// namespace.
var hostNetwork = []string{"PID-NO-NETWORK", "POD-HOST-NAMESPACES"}

// leftOut returns the status of a requirement that is not judged because of the
// Config, with the reason, and an empty status for all others.
func (c *Config) leftOut(rule requirement.Requirement) (status report.Status, reason string) {
	switch {
	case len(c.Only) > 0 && !slices.Contains(c.Only, rule.ID), slices.Contains(c.Skip, rule.ID):
		return report.Filtered, "left out by choice"
	case slices.Contains(c.Without, rule.Feature):
		return report.NotSupported, "declared to lack " + string(rule.Feature)
	case c.NoHostNetwork && slices.Contains(hostNetwork, rule.ID):
		return report.Filtered, "left out by choice: the image would run in the host's network namespace"
	case c.Profile == Core && rule.Level != requirement.Must, c.Profile == Static && !rule.Static:
		return report.NotTestable, "not in the profile " + string(c.Profile)
	}
	return "", ""
}
