package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// Status is the outcome of one requirement.
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

	// Error: something kept the suite from judging.
	Error Status = "error"
)

// Verdict is the outcome for one platform of an image.
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

// Judge sets the verdict of the subject and its reason from its results, and what each
// failure follows from. A requirement of the catalogue without a result was not judged.
func (s *Subject) Judge() {
	if len(s.Results) == 0 {
		s.Verdict = Untested
		if s.Reason == "" {
			s.Reason = "nothing was judged"
		}
		return
	}
	s.setFollows()
	var musts, passes, errors, omissions []string
	var roots, followers []string
	for _, rule := range requirement.All() {
		if rule.Level == requirement.Must {
			musts = append(musts, rule.ID)
		}
	}
	for _, result := range s.Results {
		id, must := result.Requirement.ID, result.Requirement.Level == requirement.Must
		switch {
		case result.Status == Pass && must:
			passes = append(passes, id)
		case result.Status == Fail && must && len(result.Follows) > 0:
			followers = append(followers, id)
		case result.Status == Fail && must:
			roots = append(roots, id)
		case result.Status == Error:
			errors = append(errors, id)
		case result.Status == Filtered:
			omissions = append(omissions, id)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(musts), func(id string) bool { return slices.Contains(passes, id) })
	switch {
	case len(roots)+len(followers) > 0:
		s.Verdict, s.Reason = NotConformant, "failed: "+strings.Join(roots, ", ")
		if len(followers) > 0 {
			s.Reason += "; probably because of these: " + strings.Join(followers, ", ")
		}
	case len(errors) > 0:
		s.Verdict, s.Reason = Untested, "error: "+strings.Join(errors, ", ")
	case len(missing) > 0:
		s.Verdict, s.Reason = Partial, fmt.Sprintf("%d of %s not judged", len(missing), Count(len(musts), "MUST"))
	case len(omissions) > 0:
		s.Verdict, s.Reason = Partial, "filtered: "+strings.Join(omissions, ", ")
	default:
		s.Verdict, s.Reason = Conformant, ""
	}
}

// setFollows compares the causes that the catalogue knows of each failure with the
// other failures.
func (s *Subject) setFollows() {
	for i := range s.Results {
		result := &s.Results[i]
		result.Follows = nil
		if result.Status != Fail {
			continue
		}
		for _, id := range result.Requirement.Causes() {
			if cause := s.result(id); cause != nil && cause.Status == Fail {
				result.Follows = append(result.Follows, id)
			}
		}
	}
}
