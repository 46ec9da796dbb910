package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (t *table) problems() {
	for _, problem := range t.Report.problems() {
		rule := problem.Requirement
		worst := problem.Cases[0].Mark()
		fmt.Fprintf(t, "\n%s\n%s\n",
			t.paint(worst, t.symbol(worst)+" "+rule.ID)+"  "+string(rule.Level), t.wrap(1, rule.Sentence))
		for _, found := range problem.Cases {
			indentation := 1
			if len(t.Subjects) > 1 {
				fmt.Fprintf(t, "  %s\n", found.Subject)
				indentation = 2
			}
			t.told(indentation, "expected", found.Expected)
			t.told(indentation, "seen", found.Seen)
		}
		t.told(1, "why", rule.Reason)
		t.told(1, "source", rule.Source)
	}
}

func (t *table) gaps() {
	for i, gap := range t.Report.gaps() {
		if i == 0 {
			fmt.Fprintln(t)
		}
		where := ""
		if len(gap.Subjects) < t.Report.judged() {
			where = " (" + strings.Join(gap.Subjects, ", ") + ")"
		}
		fmt.Fprintf(t, "%s\n%s\n", t.wrap(0, fmt.Sprintf("%s%s: %s", gap.Status, where, clip(gap.Reason, 400))),
			t.wrap(2, strings.Join(gap.IDs, " ")))
	}
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
		if whole := line + "  " + subject.Counts(); utf8.RuneCountInString(whole) <= t.Width {
			line = whole
		} else {
			line += "\n" + t.wrap(2, subject.Counts())
		}
		before, after, _ := strings.Cut(line, string(subject.Verdict))
		fmt.Fprintln(t, before+t.paint(subject.Verdict.Mark(), string(subject.Verdict))+after)
		if subject.Reason != "" {
			fmt.Fprintln(t, t.wrap(2, clip(subject.Reason, 400)))
		}
	}
	for _, platform := range t.LeftOut {
		fmt.Fprintln(t, t.wrap(0, "left out  "+clip(platform, 400)))
	}
	if len(t.Subjects) == 0 {
		fmt.Fprintln(t, t.paint(errored, string(Untested)))
	}
}
