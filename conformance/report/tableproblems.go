package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/podsandbox/pause/conformance/requirement"
)

// problems are short where they follow from another failure.
func (t *table) problems() {
	for _, problem := range t.Report.problems() {
		rule, mark := problem.Requirement, problem.Worst()
		fmt.Fprintf(t, "\n%s  %s\n", t.paint(mark, t.symbol(mark)+" "+rule.ID), rule.Level)
		most := 600
		if len(problem.Follows) > 0 {
			fmt.Fprintln(t, t.wrap(1, "probably because of "+strings.Join(problem.Follows, ", ")+": mend that first"))
			most = 200
		} else {
			fmt.Fprintln(t, t.wrap(1, rule.Sentence))
		}
		for _, result := range problem.Cases {
			indentation := 1
			if len(t.Subjects) > 1 {
				fmt.Fprintf(t, "  %s\n", result.Subject)
				indentation = 2
			}
			t.entry(indentation, "expected", result.Expected, most)
			t.entry(indentation, "seen", result.Seen, most)
		}
		if problem.Fails() {
			t.entry(1, "remedy", rule.Remedy, most)
		}
		if len(problem.Follows) == 0 {
			t.entry(1, "why", rule.Reason, most)
			t.entry(1, "source", rule.Source, most)
		}
	}
}

func (t *table) gaps() {
	for i, gap := range t.Report.gaps() {
		if i == 0 {
			fmt.Fprintln(t)
		}
		where := ""
		if len(gap.Subjects) < t.subjectsWithResults() {
			where = " (" + strings.Join(gap.Subjects, ", ") + ")"
		}
		ids := strings.Join(gap.IDs, " ")
		if gap.Short() {
			ids = Count(gap.Count, "requirement")
		}
		fmt.Fprintf(t, "%s\n%s\n", t.wrap(0, fmt.Sprintf("%s%s: %s", gap.Status, where, clip(gap.Reason, 400))), t.wrap(2, ids))
	}
}

func (r Report) subjectsWithResults() (count int) {
	for _, subject := range r.Subjects {
		if len(subject.Results) > 0 {
			count++
		}
	}
	return count
}

func (t *table) verdicts() {
	if t.ExitCode() != ExitConformant && t.Command != "" {
		fmt.Fprintf(t, "\nto see it again: %s\n", t.Command)
	}
	fmt.Fprintln(t)
	for i, subject := range t.Subjects {
		platform := subject.Platform
		if subject.Emulated {
			platform += " (emulated)"
		}
		line := fmt.Sprintf("%s  %s  %s", subject.Verdict, subject.Image, platform)
		if strings.HasPrefix(strings.TrimSpace(t.heads()[i]), "#") {
			line = fmt.Sprintf("#%d  %s", i+1, line)
		}
		if counts := t.counts(subject); utf8.RuneCountInString(line+"  "+counts) <= t.Width {
			line += "  " + counts
		} else {
			line += "\n" + t.wrap(2, counts)
		}
		before, after, _ := strings.Cut(line, string(subject.Verdict))
		fmt.Fprintln(t, before+t.paint(subject.Verdict.Mark(), string(subject.Verdict))+after)
		if subject.Setting != "" {
			fmt.Fprintln(t, t.wrap(2, "judged "+subject.Setting))
		}
		if subject.Reason != "" {
			fmt.Fprintln(t, t.wrap(2, clip(subject.Reason, 400)))
		}
	}
	for _, platform := range t.LeftOut {
		fmt.Fprintln(t, t.wrap(0, "left out  "+clip(platform, 400)))
	}
	if len(t.Subjects) == 0 {
		fmt.Fprintln(t, t.paint(errorMark, string(Untested)))
	}
	if t.Interrupted {
		fmt.Fprintln(t, "interrupted: this is what was judged by then")
	}
	if t.FailOn == requirement.Should && t.anyFails(requirement.Should) && !t.anyFails(requirement.Must) {
		fmt.Fprintln(t, "the run fails: a SHOULD failed, and --fail-on should was given")
	}
}

func (t *table) counts(subject Subject) string {
	if len(subject.Results) == 0 {
		return subject.Counts()
	}
	return fmt.Sprintf("MUST %s, SHOULD %s: %s", subject.Passes(requirement.Must), subject.Passes(requirement.Should), subject.Counts())
}
