package report

// The exit codes of pause-conformance.
const (
	ExitConformant    = 0 // every subject is conformant
	ExitNotConformant = 1 // a subject is not conformant
	ExitUsage         = 2 // the command was used wrongly, and judged nothing
	ExitUntested      = 3 // a subject is partial or could not be tested, or there is none
)

// ExitCode is the exit code that the verdicts ask for. The results have to bear
// a verdict out: a MUST that did not run never makes it ExitConformant.
func (r Report) ExitCode() int {
	code := ExitConformant
	if len(r.Subjects) == 0 {
		code = ExitUntested
	}
	for _, subject := range r.Subjects {
		said := subject.Verdict
		subject.Judge()
		switch {
		case said == NotConformant || subject.Verdict == NotConformant:
			return ExitNotConformant
		case said != Conformant || subject.Verdict != Conformant:
			code = ExitUntested
		}
	}
	return code
}
