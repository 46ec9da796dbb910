package report_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/reporters"

	"github.com/podsandbox/pause/conformance/report"
)

// readJUnit reads the JUnit form with the types of a library that CI systems feed on.
func readJUnit(t *testing.T, r report.Report) reporters.JUnitTestSuites {
	t.Helper()
	var text bytes.Buffer
	if err := r.JUnit(&text); err != nil {
		t.Fatal(err)
	}
	var suites reporters.JUnitTestSuites
	if err := xml.Unmarshal(text.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	return suites
}

// describe sums a case up.
func describe(c reporters.JUnitTestCase) string {
	switch {
	case c.Failure != nil:
		return "failure " + c.Failure.Type
	case c.Error != nil:
		return "error " + c.Error.Type
	case c.Skipped != nil:
		return "skipped " + c.Skipped.Message
	}
	return "passed"
}

func TestJUnitHasEveryRequirement(t *testing.T) {
	r := fixture()
	junit := readJUnit(t, r)
	if len(junit.TestSuites) != len(r.Subjects) {
		t.Fatalf("%d suites of %d subjects", len(junit.TestSuites), len(r.Subjects))
	}
	for i, subject := range r.Subjects[:2] {
		cases := map[string]string{}
		for _, c := range junit.TestSuites[i].TestCases {
			if !strings.HasPrefix(c.Classname, subject.Platform+"/") {
				t.Errorf("%s: class %s", c.Name, c.Classname)
			}
			cases[c.Name] = describe(c)
		}
		for _, result := range subject.Results {
			level := string(result.Requirement.Level)
			want := map[report.Status]string{
				report.Pass:         "passed",
				report.Fail:         "failure " + level,
				report.Error:        "error " + level,
				report.NotSupported: "skipped not supported: " + result.Seen,
				report.NotTestable:  "skipped not testable here: " + result.Seen,
				report.Filtered:     "skipped filtered: " + result.Seen,
			}[result.Status]
			if level == "SHOULD" && result.Status == report.Fail {
				want = "skipped SHOULD failed: " + result.Seen
			}
			if got := cases[result.Requirement.ID]; got != want {
				t.Errorf("%s %s: %q, want %q", subject.Platform, result.Requirement.ID, got, want)
			}
		}
	}
}

func TestShouldThatFailsTheRunIsAFailureInJUnit(t *testing.T) {
	r := fixture()
	failOnShould(&r)
	for _, c := range readJUnit(t, r).TestSuites[0].TestCases {
		if c.Name == "SIG-TERM-STATUS" && describe(c) != "failure SHOULD" {
			t.Error(describe(c))
		}
	}
}

func TestJUnitCountsItsCases(t *testing.T) {
	junit := readJUnit(t, fixture())
	var all reporters.JUnitTestSuites
	for _, suite := range junit.TestSuites {
		counts := map[string]int{}
		for _, c := range suite.TestCases {
			word, _, _ := strings.Cut(describe(c), " ")
			counts[word]++
		}
		if suite.Tests != len(suite.TestCases) || suite.Failures != counts["failure"] || suite.Errors != counts["error"] || suite.Skipped != counts["skipped"] {
			t.Errorf("%s: %d tests, %d failures, %d errors, %d skipped; it holds %v",
				suite.Name, suite.Tests, suite.Failures, suite.Errors, suite.Skipped, counts)
		}
		all.Tests, all.Failures, all.Errors = all.Tests+suite.Tests, all.Failures+suite.Failures, all.Errors+suite.Errors
	}
	if junit.Tests != all.Tests || junit.Failures != all.Failures || junit.Errors != all.Errors {
		t.Errorf("%d tests, %d failures, %d errors; the suites have %d, %d, %d",
			junit.Tests, junit.Failures, junit.Errors, all.Tests, all.Failures, all.Errors)
	}
}

func TestImageThatCouldNotBeJudgedIsAnErrorInJUnit(t *testing.T) {
	cases := readJUnit(t, fixture()).TestSuites[2].TestCases
	if len(cases) != 1 || cases[0].Error == nil || !strings.Contains(cases[0].Error.Message, "no linux/s390x") {
		t.Errorf("%+v", cases)
	}
}

func TestJUnitSaysWhereAndHow(t *testing.T) {
	properties := readJUnit(t, fixture()).TestSuites[1].Properties
	for name, want := range map[string]string{
		"digest": fixture().Subjects[1].Digest, "platform": "linux/arm64", "emulated": "yes", "engine": "Docker 20.10.24",
		"runtime": "runc 1.1.5", "kernel": "6.18.2", "cgroup-version": "1", "emulation": "user", "specification": fixture().Specification,
		"seed": "42", "command": fixture().Command, "verdict": "not conformant",
	} {
		if got := properties.WithName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestJUnitAccountsForAFailure(t *testing.T) {
	for _, c := range readJUnit(t, fixture()).TestSuites[0].TestCases {
		if c.Name != "REAP-BURST" {
			continue
		}
		for _, want := range []string{
			`\x1b[31mred`, `\x00\a`, `\xff\xfe`, `\u202eltr`, "<script>", "]]>", "State:\tS (sleeping)", "Remedy: Reap in a loop", "Why: ", "Source: ",
		} {
			if !strings.Contains(c.Failure.Description, want) {
				t.Errorf("lacks %q", want)
			}
		}
	}
}
