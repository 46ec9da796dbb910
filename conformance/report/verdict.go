package report

import (
	"fmt"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// Status is what became of one requirement.
type Status string

const (
	Pass Status = "pass"
	Fail Status = "fail"

	// NotSupported: the image's maker has declared that it lacks the feature.
	NotSupported Status = "not supported"

	// NotTestable: not on this engine, not under emulation, not in this profile.
	NotTestable Status = "not testable here"

	// Filtered: left out by choice.
	Filtered Status = "filtered"

	// Error: the suite could not find out.
	Error Status = "error"
)

// Verdict is what a run says of one platform of an image.
type Verdict string

const (
	// Conformant: every MUST has passed, and nothing was filtered.
	Conformant Verdict = "conformant"

	// NotConformant: a MUST has failed.
	NotConformant Verdict = "not conformant"

	// Partial: no MUST has failed, and not every one was judged, or something
	// was filtered.
	Partial Verdict = "partial"

	// Untested: nothing could be judged, or something ended in error.
	Untested Verdict = "could not test"
)

// Judge sets the verdict of the subject and its reason from its results. What
// the catalogue holds and the results lack was not judged.
func (s *Subject) Judge() {
	if len(s.Results) == 0 {
		s.Verdict = Untested
		if s.Reason == "" {
			s.Reason = "nothing was judged"
		}
		return
	}
	unjudged := map[string]bool{}
	for _, rule := range requirement.All() {
		if rule.Level == requirement.Must {
			unjudged[rule.ID] = true
		}
	}
	musts := len(unjudged)
	var failed, unknown, filtered []string
	for _, result := range s.Results {
		rule := result.Requirement
		must := rule.Level == requirement.Must
		switch {
		case result.Status == Pass:
			delete(unjudged, rule.ID)
		case result.Status == Fail && must:
			failed = append(failed, rule.ID)
		case result.Status == Error:
			unknown = append(unknown, rule.ID)
		case result.Status == Filtered:
			filtered = append(filtered, rule.ID)
		}
	}
	switch {
	case len(failed) > 0:
		s.Verdict, s.Reason = NotConformant, "failed: "+strings.Join(failed, ", ")
	case len(unknown) > 0:
		s.Verdict, s.Reason = Untested, "error: "+strings.Join(unknown, ", ")
	case len(unjudged) > 0:
		s.Verdict, s.Reason = Partial, fmt.Sprintf("%d of %d MUSTs not judged", len(unjudged), musts)
	case len(filtered) > 0:
		s.Verdict, s.Reason = Partial, "filtered: "+strings.Join(filtered, ", ")
	default:
		s.Verdict, s.Reason = Conformant, ""
	}
}
