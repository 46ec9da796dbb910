package report_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// SIG-TERM is a MUST and SIG-INT a SHOULD.
var verdicts = []struct {
	name    string
	change  func(*report.Subject)
	verdict report.Verdict
	reason  string
	code    int
}{
	{"everything has passed", func(*report.Subject) {}, report.Conformant, "", 0},
	{"a MUST failed", becomes("SIG-TERM", report.Fail), report.NotConformant, "failed: SIG-TERM", 1},
	{"a SHOULD failed", becomes("SIG-INT", report.Fail), report.Conformant, "", 0},
	{"a MUST is not supported", becomes("SIG-TERM", report.NotSupported), report.Partial, "1 of N MUSTs not judged", 3},
	{"a SHOULD is not supported", becomes("SIG-INT", report.NotSupported), report.Conformant, "", 0},
	{"a MUST is not testable", becomes("SIG-TERM", report.NotTestable), report.Partial, "1 of N MUSTs not judged", 3},
	{"a SHOULD is not testable", becomes("SIG-INT", report.NotTestable), report.Conformant, "", 0},
	{"a MUST is filtered", becomes("SIG-TERM", report.Filtered), report.Partial, "1 of N MUSTs not judged", 3},
	{"a SHOULD is filtered", becomes("SIG-INT", report.Filtered), report.Partial, "filtered: SIG-INT", 3},
	{"a MUST is in error", becomes("SIG-TERM", report.Error), report.Untested, "error: SIG-TERM", 4},
	{"a SHOULD is in error", becomes("SIG-INT", report.Error), report.Untested, "error: SIG-INT", 4},
	{"a MUST has no status", becomes("SIG-TERM", ""), report.Partial, "1 of N MUSTs not judged", 3},
	{"a MUST has no result", without("SIG-TERM"), report.Partial, "1 of N MUSTs not judged", 3},
	{"a MUST failed and another is in error", both(becomes("SIG-TERM", report.Error), becomes("PID-1", report.Fail)),
		report.NotConformant, "failed: PID-1", 1},
	{"a MUST failed because of another", both(becomes("SIG-STORM", report.Fail), becomes("SIG-TERM", report.Fail)),
		report.NotConformant, "failed: SIG-TERM; probably because of these: SIG-STORM", 1},
	{"a MUST passed and failed", func(s *report.Subject) {
		again := *result(s, "SIG-TERM")
		again.Status = report.Fail
		s.Results = append([]report.Result{again}, s.Results...)
	}, report.NotConformant, "failed: SIG-TERM", 1},
	{"nothing ran", func(s *report.Subject) { s.Results = nil }, report.Untested, "nothing was judged", 4},
	{"nothing ran, for a reason", func(s *report.Subject) { s.Results, s.Reason = nil, "no such image" }, report.Untested, "no such image", 4},
}

func musts() (count int) {
	for _, rule := range requirement.All() {
		if rule.Level == requirement.Must {
			count++
		}
	}
	return count
}

func becomes(id string, status report.Status) func(*report.Subject) {
	return func(s *report.Subject) { result(s, id).Status = status }
}

func without(id string) func(*report.Subject) {
	return func(s *report.Subject) {
		s.Results = slices.DeleteFunc(s.Results, func(r report.Result) bool { return r.Requirement.ID == id })
	}
}

func both(one, other func(*report.Subject)) func(*report.Subject) {
	return func(s *report.Subject) { one(s); other(s) }
}

func TestVerdictAndExitCode(t *testing.T) {
	for _, test := range verdicts {
		t.Run(test.name, func(t *testing.T) {
			subject := whole("linux/amd64")
			test.change(&subject)
			stale := report.Report{Subjects: []report.Subject{subject}}.ExitCode()
			subject.Judge()
			reason := strings.Replace(test.reason, " N ", " "+strconv.Itoa(musts())+" ", 1)
			if subject.Verdict != test.verdict || subject.Reason != reason {
				t.Errorf("%s: %q, want %s: %q", subject.Verdict, subject.Reason, test.verdict, reason)
			}
			if code := (report.Report{Subjects: []report.Subject{subject}}).ExitCode(); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if stale != test.code {
				t.Errorf("exit code %d where the verdict is older than the results, want %d", stale, test.code)
			}
		})
	}
}

func TestExitCodeIsThatOfTheWorst(t *testing.T) {
	for _, test := range []struct {
		verdicts []report.Verdict
		code     int
	}{
		{nil, report.ExitUntested},
		{[]report.Verdict{""}, report.ExitUntested},
		{[]report.Verdict{report.Conformant, report.Conformant}, report.ExitConformant},
		{[]report.Verdict{report.Conformant, report.Partial}, report.ExitPartial},
		{[]report.Verdict{report.Untested, report.Partial}, report.ExitUntested},
		{[]report.Verdict{report.Untested, report.Conformant}, report.ExitUntested},
		{[]report.Verdict{report.Untested, report.NotConformant}, report.ExitNotConformant},
		{[]report.Verdict{report.NotConformant, report.Conformant}, report.ExitNotConformant},
	} {
		var r report.Report
		for _, verdict := range test.verdicts {
			subject := whole("linux/amd64")
			subject.Verdict = verdict
			r.Subjects = append(r.Subjects, subject)
		}
		if code := r.ExitCode(); code != test.code {
			t.Errorf("%q: exit code %d, want %d", test.verdicts, code, test.code)
		}
	}
}

func TestOptionsMoveExitCodeAndJUnitTogether(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*report.Subject)
		option func(*report.Report)
		code   int
	}{
		{"conformant", func(*report.Subject) {}, func(*report.Report) {}, 0},
		{"a SHOULD failed", becomes("SIG-INT", report.Fail), func(*report.Report) {}, 0},
		{"a SHOULD failed, and that fails the run", becomes("SIG-INT", report.Fail), failOnShould, 1},
		{"partial, and a SHOULD that fails the run", both(becomes("SIG-INT", report.Fail), becomes("PID-1", report.Filtered)),
			func(r *report.Report) { failOnShould(r); allowPartial(r) }, 1},
		{"partial", becomes("SIG-TERM", report.Filtered), func(*report.Report) {}, 3},
		{"partial is allowed", becomes("SIG-TERM", report.Filtered), allowPartial, 0},
		{"partial is allowed and a MUST failed", both(becomes("SIG-TERM", report.Fail), becomes("PID-1", report.Filtered)), allowPartial, 1},
		{"partial is allowed and an error", becomes("SIG-TERM", report.Error), allowPartial, 4},
		{"an error of a SHOULD", becomes("SIG-INT", report.Error), func(*report.Report) {}, 4},
		{"interrupted", without("SIG-TERM"), func(r *report.Report) { r.Interrupted = true }, 130},
		{"interrupted and a MUST failed", becomes("SIG-TERM", report.Fail), func(r *report.Report) { r.Interrupted = true }, 130},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := report.Report{Subjects: []report.Subject{whole("linux/amd64")}}
			test.change(&r.Subjects[0])
			r.Subjects[0].Judge()
			test.option(&r)
			if code := r.ExitCode(); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			junit := readJUnit(t, r)
			if green := junit.Failures+junit.Errors == 0; green != (test.code == 0) {
				t.Errorf("%d failures and %d errors in the JUnit form of exit code %d", junit.Failures, junit.Errors, test.code)
			}
		})
	}
}

func failOnShould(r *report.Report) { r.FailOn = requirement.Should }
func allowPartial(r *report.Report) { r.AllowPartial = true }

func TestCountsTellMustFromShould(t *testing.T) {
	subject := stable().Subjects[0]
	want := "40 passed, 3 MUSTs failed, 1 SHOULD failed, 1 ended in error, 2 not supported, 1 not testable here, 2 filtered"
	if got := subject.Counts(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := (report.Subject{}).Counts(); strings.ContainsAny(got, "0123456789") {
		t.Errorf("of nothing: %s", got)
	}
}
