package report_test

import (
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func markdown(t *testing.T, r report.Report) string {
	t.Helper()
	var text strings.Builder
	if err := r.Markdown(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestMarkdownGivesHostileTextNoMeaning(t *testing.T) {
	text := markdown(t, fixture())
	for _, bad := range []string{"<script", "</pre><", "**bold**", "`rm`", "@everyone", "\x1b", "\u202e"} {
		if strings.Contains(text, bad) {
			t.Errorf("holds %q", bad)
		}
	}
}

func TestMarkdownFitsACommentHoweverMuchThereIs(t *testing.T) {
	everything := whole("linux/amd64")
	for i := range everything.Results {
		result := &everything.Results[i]
		result.Status, result.Expected, result.Seen = report.Fail, strings.Repeat("@", 5000), hostile
		result.Evidence = []report.Evidence{{Name: "log", Text: hostile}, {Name: "state", Text: hostile}}
	}
	everything.Judge()
	for name, count := range map[string]int{"one platform": 1, "many platforms": 12, "far too many": 60} {
		var r report.Report
		for range count {
			r.Subjects = append(r.Subjects, everything)
		}
		text := markdown(t, r)
		if len(text) > report.MaxMarkdown {
			t.Errorf("%s: %d bytes, at most %d are allowed", name, len(text), report.MaxMarkdown)
		}
		if !strings.Contains(text, "not conformant") || !strings.Contains(text, "HTML report") {
			t.Errorf("%s: lacks the verdict or where the rest is", name)
		}
	}
}

func TestSummaryLinksIDs(t *testing.T) {
	text := markdown(t, fixture())
	summary, _, _ := strings.Cut(text, "##")
	if want := "[PID-IDLE](https://github.com/podsandbox/pause/blob/HEAD/conformance/SPEC.md#pid-idle)"; !strings.Contains(summary, want) {
		t.Errorf("lacks %s:\n%s", want, summary)
	}
	if want := `<a href="#PID-IDLE">PID-IDLE</a>`; !strings.Contains(html(t, fixture()), want) {
		t.Errorf("the page lacks %s", want)
	}
}
