package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func pageText(t *testing.T, r report.Report) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.HTML(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestPageIsWellFormed(t *testing.T) {
	for name, r := range map[string]report.Report{"fixture": fixture(), "nothing": {}} {
		decoder := xml.NewDecoder(strings.NewReader(pageText(t, r)))
		decoder.Entity = xml.HTMLEntity
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	if found := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|\bsrc=|@import|url\(|\bon\w+=`).FindString(pageText(t, fixture())); found != "" {
		t.Errorf("holds %q", found)
	}
}

func TestPageTellsEverything(t *testing.T) {
	r := fixture()
	text := pageText(t, r)
	for _, subject := range r.Subjects {
		for _, want := range []string{string(subject.Verdict), subject.Platform, subject.Digest, subject.Counts()} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %q", want)
			}
		}
		for _, found := range subject.Results {
			if !strings.Contains(text, ">"+found.Requirement.ID+"<") {
				t.Errorf("lacks %s", found.Requirement.ID)
			}
		}
	}
	for _, want := range []string{
		"it used 480 ms of CPU time", "it used 470 ms of CPU time", "Dozens of sandboxes run on every node", "moby#40205",
		"State:\tS (sleeping)", "{&#34;Status&#34;:&#34;running&#34;", "&lt;/pre&gt;&lt;script&gt;alert(1)", `\x1b[31mred\x1b[0m \x00\x07 \xff\xfe`,
		"runc 1.1.5", "6.18.2", r.Command, "what it would show is the emulator&#39;s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestPageLinksFailuresToWhatIsToldOfThem(t *testing.T) {
	text := pageText(t, fixture())
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `id="`+link[1]+`"`) {
			t.Errorf("nothing is called %q", link[1])
		}
	}
	if !strings.Contains(text, `href="#REAP-BURST"`) {
		t.Error("no link to REAP-BURST")
	}
}

func TestMarkdownGivesHostileTextNoMeaning(t *testing.T) {
	var text bytes.Buffer
	if err := fixture().Markdown(&text); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "</pre><", "**bold**", "`rm`", "@everyone", "\x1b", "\u202e"} {
		if strings.Contains(text.String(), bad) {
			t.Errorf("holds %q", bad)
		}
	}
	if most := 100_000; text.Len() > most {
		t.Errorf("%d bytes are more than %d", text.Len(), most)
	}
}
