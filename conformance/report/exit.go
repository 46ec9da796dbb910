package report

import (
	"slices"

	"github.com/podsandbox/pause/conformance/requirement"
)

// The exit codes of pause-conformance.
const (
	ExitConformant    = 0   // every subject is conformant
	ExitNotConformant = 1   // a subject is not conformant, or fails a SHOULD where Report.FailOn is SHOULD
	ExitUsage         = 2   // the command line or the Config cannot be meant, and nothing was judged
	ExitPartial       = 3   // a subject is partial; ExitConformant where Report.AllowPartial
	ExitUntested      = 4   // a subject could not be tested, or there is none
	ExitInterrupted   = 130 // a signal ended the run, as a shell says of SIGINT
)

// severity puts verdicts in order, from the best to the worst. An unknown verdict is
// as bad as none.
func (v Verdict) severity() int {
	switch v {
	case Conformant:
		return 0
	case Partial:
		return 1
	case NotConformant:
		return 3
	}
	return 2
}

// ExitCode is the exit code of the worst verdict. The results have to bear a verdict
// out: a MUST that did not run never makes it ExitConformant.
func (r Report) ExitCode() int {
	if r.Interrupted {
		return ExitInterrupted
	}
	worst := Conformant
	if len(r.Subjects) == 0 {
		worst = Untested
	}
	for _, subject := range r.Subjects {
		stored := subject.Verdict
		subject.Judge()
		for _, verdict := range []Verdict{stored, subject.Verdict} {
			if verdict.severity() > worst.severity() {
				worst = verdict
			}
		}
		if r.FailOn == requirement.Should && subject.fails(requirement.Should) {
			worst = NotConformant
		}
	}
	switch {
	case worst == Conformant, worst == Partial && r.AllowPartial:
		return ExitConformant
	case worst == Partial:
		return ExitPartial
	case worst == NotConformant:
		return ExitNotConformant
	}
	return ExitUntested
}

// fails reports whether a requirement of the level has failed.
func (s Subject) fails(level requirement.Level) bool {
	return slices.ContainsFunc(s.Results, func(r Result) bool { return r.Status == Fail && r.Requirement.Level == level })
}

func (r Report) anyFails(level requirement.Level) bool {
	return slices.ContainsFunc(r.Subjects, func(s Subject) bool { return s.fails(level) })
}

// failsRun reports whether the result fails the run: every error does, a failed MUST
// does, and a failed SHOULD where FailOn is SHOULD.
func (r Report) failsRun(result *Result) bool {
	must := result.Requirement.Level == requirement.Must
	return result.Status == Error || result.Status == Fail && (must || r.FailOn == requirement.Should)
}
