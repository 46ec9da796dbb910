package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// everywhere returns a report that has the text wherever others can put one.
func everywhere(text string) report.Report {
	subject := report.Subject{Image: text, Platform: text, Digest: text, Setting: text, Verdict: report.NotConformant, Reason: text}
	for _, result := range []struct {
		id     string
		status report.Status
	}{{"REAP-BURST", report.Fail}, {"SIG-TERM-STATUS", report.Fail}, {"PID-1", report.NotTestable}} {
		rule, _ := requirement.Find(result.id)
		subject.Results = append(subject.Results, report.Result{
			Requirement: rule, Status: result.status, Expected: text, Seen: text, Evidence: []report.Evidence{{Name: text, Text: text}},
		})
	}
	r := report.Report{Subjects: []report.Subject{subject, {Image: text, Platform: text, Reason: text}}, LeftOut: []string{text}, Command: text}
	r.Engine = report.Engine{Name: text, Version: text, Runtime: text, RuntimeVersion: text, Kernel: text, CgroupVersion: text, Platform: text}
	return r
}

// FuzzForms proves that no text breaks a form or gets a meaning in one.
func FuzzForms(f *testing.F) {
	f.Add(hostile[:150])
	f.Add("::error::gone\n##[error]gone\n  ::add-mask::a")
	f.Add("]]>--><!--{{.}}\"'&amp;\x00\xff\ufffe\U000e0041|`~")
	f.Add(strings.Repeat("@", 700))
	command := regexp.MustCompile(`(?m)^\s*::|##[A-Za-z]*\[`)
	tag := regexp.MustCompile(`<[^>]*>?`)
	f.Fuzz(func(t *testing.T, text string) {
		r := everywhere(text)
		forms := map[string]string{}
		for _, form := range report.Forms() {
			var out bytes.Buffer
			if err := form.Write(r, &out); err != nil {
				t.Fatalf("%s: %v", form.Name, err)
			}
			forms[form.Name] = out.String()
		}
		forms["table"] = tableText(t, r, report.Style{Width: 80})
		for name, form := range forms {
			if obeyed := command.FindString(form); obeyed != "" {
				t.Errorf("%s: a runner would obey %q", name, obeyed)
			}
			for _, character := range form {
				if character != '\n' && character != '\t' && character != '\u200b' && !strconv.IsPrint(character) {
					t.Fatalf("%s: holds %q", name, character)
				}
			}
		}
		var same report.Report
		if err := json.Unmarshal([]byte(forms["json"]), &same); err != nil || same.LeftOut[0] != string([]rune(text)) {
			t.Errorf("JSON: %v, %q", err, same.LeftOut)
		}
		wellFormed(t, "JUnit", forms["junit"])
		wellFormed(t, "HTML", forms["html"])
		if size := len(forms["markdown"]); size > report.MaxMarkdown {
			t.Errorf("Markdown: %d bytes", size)
		}
		for _, element := range tag.FindAllString(forms["markdown"], -1) {
			switch element {
			case "<br>", "<details>", "<summary>", "</summary>", "</details>", "<pre>", "</pre>":
			default:
				t.Errorf("Markdown: has the tag %q", element)
			}
		}
	})
}

func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Entity = xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if element, ok := token.(xml.StartElement); ok && element.Name.Local == "script" {
			t.Fatalf("%s: has a script", name)
		}
	}
}
