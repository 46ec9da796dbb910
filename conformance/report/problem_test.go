package report_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func TestProblemsComeInTheOrderInWhichToMendThem(t *testing.T) {
	want := []string{"PID-IDLE", "REAP-ORPHAN", "REAP-BURST", "NS-RESTART", "SIG-TERM-STATUS", "NS-DENSITY"}
	for name, form := range map[string]struct{ text, heading string }{
		"table":    {tableText(t, fixture(), report.Style{Width: 80}), `(?m)^[✗!?] ([A-Z-]+)`},
		"Markdown": {markdown(t, fixture()), `(?m)^### \S+ \[([A-Z-]+)\]`},
		"HTML":     {html(t, fixture()), `<section class="card problem[^>]* id="([A-Z-]+)"`},
	} {
		var ids []string
		for _, match := range regexp.MustCompile(form.heading).FindAllStringSubmatch(form.text, -1) {
			ids = append(ids, match[1])
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s: %q, want %q", name, ids, want)
		}
	}
}

// A program that never reaps fails every requirement of the chapter.
func TestFailureThatFollowsFromAnotherSaysSoAndIsShort(t *testing.T) {
	subject := whole("linux/amd64")
	for i := range subject.Results {
		if result := &subject.Results[i]; strings.HasPrefix(result.Requirement.ID, "REAP-") && result.Requirement.ID != "REAP-NOT-STOLEN" {
			result.Status, result.Expected, result.Seen = report.Fail, "no zombie is left", "1 zombie is left"
		}
	}
	subject.Judge()
	if burst, _ := subject.Result("REAP-BURST"); !slices.Equal(burst.Follows, []string{"REAP-ORPHAN"}) {
		t.Errorf("REAP-BURST follows %q", burst.Follows)
	}
	if orphan, _ := subject.Result("REAP-ORPHAN"); len(orphan.Follows) > 0 {
		t.Errorf("REAP-ORPHAN follows %q", orphan.Follows)
	}
	r := report.Report{Subjects: []report.Subject{subject}}
	text := tableText(t, r, report.Style{Width: 80})
	if count := strings.Count(text, "probably because of REAP-ORPHAN: mend that first"); count < 5 {
		t.Errorf("%d failures say that they follow from REAP-ORPHAN:\n%s", count, text)
	}
	if count := strings.Count(text, "remedy "); count != 1 {
		t.Errorf("%d remedies for one fault:\n%s", count, text)
	}
	if !strings.HasPrefix(subject.Reason, "failed: REAP-ORPHAN; probably because of these: ") {
		t.Error(subject.Reason)
	}
}

// An error may have any cause: what to change in the image would mislead.
func TestOnlyFailuresHaveARemedy(t *testing.T) {
	subject := whole("linux/amd64")
	set(&subject, "SIG-TERM", report.Error, "", "the engine does not answer")
	subject.Judge()
	r := report.Report{Subjects: []report.Subject{subject}}
	if text := tableText(t, r, report.Style{Width: 80}); strings.Contains(text, "remedy ") {
		t.Error(text)
	}
}
