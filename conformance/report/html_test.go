package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func html(t *testing.T, r report.Report) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.HTML(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestPageIsWellFormed(t *testing.T) {
	for name, r := range map[string]report.Report{"fixture": fixture(), "nothing": {}} {
		wellFormed(t, name, html(t, r))
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	if loader := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|\bsrc=|@import|url\(|\bon\w+=`).FindString(html(t, fixture())); loader != "" {
		t.Errorf("holds %q", loader)
	}
}

func TestPageHasEverything(t *testing.T) {
	r := fixture()
	text := html(t, r)
	for _, subject := range r.Subjects {
		for _, want := range []string{string(subject.Verdict), subject.Platform, subject.Digest, subject.Counts()} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %q", want)
			}
		}
		for _, result := range subject.Results {
			if !strings.Contains(text, ">"+result.Requirement.ID+"<") {
				t.Errorf("lacks %s", result.Requirement.ID)
			}
		}
	}
	for _, want := range []string{
		"it used 480 ms of CPU time", "it used 470 ms of CPU time", "Dozens of sandboxes run on every node", "moby#40205",
		"State:\tS (sleeping)", "{&#34;Status&#34;:&#34;running&#34;", "&lt;/pre&gt;&lt;script&gt;alert(1)", `\x1b[31mred\x1b[0m \x00\a \xff\xfe`,
		"runc 1.1.5", "6.18.2", r.Command, "what it would show is the emulator&#39;s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestPageLinksEachFailureToItsAccount(t *testing.T) {
	text := html(t, fixture())
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `id="`+link[1]+`"`) {
			t.Errorf("nothing is called %q", link[1])
		}
	}
	if !strings.Contains(text, `href="#REAP-BURST"`) {
		t.Error("no link to REAP-BURST")
	}
}
