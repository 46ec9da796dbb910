package report_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitReport struct {
	counts
	Suites []struct {
		counts
		Name       string `xml:"name,attr"`
		Properties []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"properties>property"`
		Cases []struct {
			Name    string   `xml:"name,attr"`
			Class   string   `xml:"classname,attr"`
			Time    float64  `xml:"time,attr"`
			Failure *outcome `xml:"failure"`
			Error   *outcome `xml:"error"`
			Skipped *outcome `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t *testing.T, r report.Report) junitReport {
	t.Helper()
	var text bytes.Buffer
	if err := r.JUnit(&text); err != nil {
		t.Fatal(err)
	}
	var read junitReport
	if err := xml.Unmarshal(text.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestJUnitTellsEveryRequirement(t *testing.T) {
	r := fixture()
	read := readJUnit(t, r)
	if len(read.Suites) != len(r.Subjects) {
		t.Fatalf("%d suites of %d subjects", len(read.Suites), len(r.Subjects))
	}
	for i, subject := range r.Subjects[:2] {
		cases := map[string]string{}
		for _, c := range read.Suites[i].Cases {
			if !strings.HasPrefix(c.Class, subject.Platform+"/") {
				t.Errorf("%s: class %s", c.Name, c.Class)
			}
			switch {
			case c.Failure != nil:
				cases[c.Name] = "failure " + c.Failure.Type
			case c.Error != nil:
				cases[c.Name] = "error " + c.Error.Type
			case c.Skipped != nil:
				cases[c.Name] = "skipped " + c.Skipped.Message
			default:
				cases[c.Name] = "passed"
			}
		}
		for _, result := range subject.Results {
			want := map[report.Status]string{
				report.Pass:         "passed",
				report.Fail:         "failure " + string(result.Requirement.Level),
				report.Error:        "error " + string(result.Requirement.Level),
				report.NotSupported: "skipped not supported: " + result.Seen,
				report.NotTestable:  "skipped not testable here: " + result.Seen,
				report.Filtered:     "skipped filtered: " + result.Seen,
			}[result.Status]
			if got := cases[result.Requirement.ID]; got != want {
				t.Errorf("%s %s: %q, want %q", subject.Platform, result.Requirement.ID, got, want)
			}
		}
	}
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	read := readJUnit(t, fixture())
	var all counts
	for _, suite := range read.Suites {
		var held counts
		for _, c := range suite.Cases {
			held.Tests++
			if c.Failure != nil {
				held.Failures++
			}
			if c.Error != nil {
				held.Errors++
			}
			if c.Skipped != nil {
				held.Skipped++
			}
		}
		if suite.counts != held {
			t.Errorf("%s: %+v, and holds %+v", suite.Name, suite.counts, held)
		}
		all.Tests += held.Tests
		all.Failures += held.Failures
		all.Errors += held.Errors
		all.Skipped += held.Skipped
	}
	if read.counts != all || all != (counts{Tests: 101, Failures: 4, Errors: 3, Skipped: 9}) {
		t.Errorf("%+v, and holds %+v", read.counts, all)
	}
}

func TestJUnitShowsAnImageThatCouldNotBeJudgedAsAnError(t *testing.T) {
	suite := readJUnit(t, fixture()).Suites[2]
	if len(suite.Cases) != 1 || suite.Cases[0].Error == nil || !strings.Contains(suite.Cases[0].Error.Message, "no linux/s390x") {
		t.Errorf("%+v", suite)
	}
}

func TestJUnitSaysWhereAndHow(t *testing.T) {
	read := readJUnit(t, fixture())
	got := map[string]string{}
	for _, property := range read.Suites[1].Properties {
		got[property.Name] = property.Value
	}
	for name, want := range map[string]string{
		"digest": fixture().Subjects[1].Digest, "platform": "linux/arm64", "emulated": "yes", "engine": "Docker 20.10.24",
		"runtime": "runc 1.1.5", "kernel": "6.18.2", "cgroup-version": "1", "specification": "1.0", "seed": "42",
		"command": fixture().Command, "verdict": "not conformant",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

func TestJUnitEscapesWhatXMLCannotHold(t *testing.T) {
	for _, c := range readJUnit(t, fixture()).Suites[0].Cases {
		if c.Name == "REAP-BURST" {
			for _, want := range []string{`\x1b[31mred`, `\x00\x07`, `\xff\xfe`, `\u202eltr`, "<script>", "]]>", "State:\tS (sleeping)"} {
				if !strings.Contains(c.Failure.Text, want) {
					t.Errorf("lacks %q", want)
				}
			}
		}
	}
}
