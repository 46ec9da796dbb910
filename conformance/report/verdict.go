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
	// Conformant: every MUST has passed.
	Conformant Verdict = "conformant"

	// NotConformant: a MUST has failed.
	NotConformant Verdict = "not conformant"

	// Partial: no MUST has failed, and not every one was judged.
	Partial Verdict = "partial"

	// Untested: nothing could be judged, or something could not be found out.
	Untested Verdict = "could not test"
)

// Judge sets the verdict of the subject and its reason from its results.
func (s *Subject) Judge() {
	if len(s.Results) == 0 {
		s.Verdict = Untested
		return
	}
	unmet := map[Status][]string{}
	for _, result := range s.Results {
		if result.Requirement.Level == requirement.Must || result.Status == Error {
			unmet[result.Status] = append(unmet[result.Status], result.Requirement.ID)
		}
	}
	notJudged := len(unmet[NotSupported]) + len(unmet[NotTestable]) + len(unmet[Filtered])
	switch {
	case len(unmet[Fail]) > 0:
		s.Verdict, s.Reason = NotConformant, "failed: "+strings.Join(unmet[Fail], ", ")
	case len(unmet[Error]) > 0:
		s.Verdict, s.Reason = Untested, "error: "+strings.Join(unmet[Error], ", ")
	case notJudged > 0:
		s.Verdict, s.Reason = Partial, fmt.Sprintf("%d of %d MUSTs not judged", notJudged, notJudged+len(unmet[Pass]))
	default:
		s.Verdict, s.Reason = Conformant, ""
	}
}

// Count returns how many results have the status.
func (s *Subject) Count(status Status) int {
	count := 0
	for _, result := range s.Results {
		if result.Status == status {
			count++
		}
	}
	return count
}
