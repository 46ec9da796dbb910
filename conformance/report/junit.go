package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/requirement"
)

type junitReport struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Time     seconds `xml:"time,attr"`
}

// seconds are written to the millisecond.
type seconds time.Duration

func (s seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}

type junitSuite struct {
	Name      string `xml:"name,attr"`
	Timestamp string `xml:"timestamp,attr"`
	junitCounts
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    seconds       `xml:"time,attr"`
	Failure *junitOutcome `xml:"failure,omitempty"`
	Error   *junitOutcome `xml:"error,omitempty"`
	Skipped *junitOutcome `xml:"skipped,omitempty"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report for CI systems: a suite for each subject, and a case for
// each requirement. A case fails or ends in error where the exit code is not 0
// because of it. A SHOULD that fails and does not fail the run is skipped, with an
// account of it as output.
func (r Report) JUnit(w io.Writer) error {
	r = r.printable()
	out := junitReport{Name: "Sandbox image conformance"}
	for _, subject := range r.Subjects {
		out.add(r.junitSuite(subject))
	}
	if out.Failures+out.Errors == 0 && r.ExitCode() != ExitConformant {
		suite := junitSuite{Name: "verdict", Timestamp: r.timestamp()}
		suite.add(junitCase{Name: "verdict", Class: "run", Error: &junitOutcome{Message: r.conclusion()}})
		out.add(suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r Report) timestamp() string { return r.Started.UTC().Format(time.RFC3339) }

// conclusion says why the run is no success where no requirement has failed.
func (r Report) conclusion() string {
	if r.Interrupted {
		return "the run was interrupted"
	}
	for _, subject := range r.Subjects {
		if subject.Verdict != Conformant {
			return fmt.Sprintf("%s: %s", subject.Verdict, subject.Reason)
		}
	}
	return "nothing was judged"
}

func (r *junitReport) add(suite junitSuite) {
	r.Tests += suite.Tests
	r.Failures += suite.Failures
	r.Errors += suite.Errors
	r.Skipped += suite.Skipped
	r.Time += suite.Time
	r.Suites = append(r.Suites, suite)
}

func (r Report) junitSuite(subject Subject) junitSuite {
	suite := junitSuite{Name: strings.TrimSpace(subject.Image + " " + subject.Platform), Timestamp: r.timestamp()}
	facts := append(subject.facts(), r.environment()...)
	facts = append(facts, fact{"Command", r.Command}, fact{"Verdict", string(subject.Verdict)}, fact{"Reason", subject.Reason})
	for _, fact := range facts {
		name := strings.ReplaceAll(strings.ToLower(fact.Name), " ", "-")
		suite.Properties = append(suite.Properties, junitProperty{Name: name, Value: fact.Value})
	}
	for _, group := range requirement.Groups() {
		for _, rule := range group.Requirements {
			if result := subject.result(rule.ID); result != nil {
				suite.add(r.junitCase(subject.Platform+"/"+group.Title, result))
			}
		}
	}
	if len(subject.Results) == 0 {
		suite.add(junitCase{Name: "verdict", Class: subject.Platform, Error: &junitOutcome{Message: subject.Reason}})
	}
	return suite
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	s.Time += c.Time
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func (r Report) junitCase(class string, result *Result) junitCase {
	level := string(result.Requirement.Level)
	testCase := junitCase{Name: result.Requirement.ID, Class: class, Time: seconds(result.Duration)}
	outcome := &junitOutcome{Message: clip(result.Seen, 200), Type: level, Text: result.account()}
	switch {
	case result.Status == Pass:
	case result.Status == Error:
		testCase.Error = outcome
	case r.failsRun(result):
		testCase.Failure = outcome
	case result.Status == Fail:
		testCase.Skipped = &junitOutcome{Message: level + " failed: " + outcome.Message}
		testCase.Output = outcome.Text
	default:
		testCase.Skipped = &junitOutcome{Message: fmt.Sprintf("%s: %s", result.Status, result.Seen)}
	}
	return testCase
}

// account describes a failure in full.
func (r *Result) account() string {
	var text strings.Builder
	rule := r.Requirement
	fmt.Fprintf(&text, "\n%s\n\nExpected: %s\nSeen: %s\n", rule.Sentence, r.Expected, r.Seen)
	if len(r.Follows) > 0 {
		fmt.Fprintf(&text, "Probably because of: %s\n", strings.Join(r.Follows, ", "))
	}
	fmt.Fprintf(&text, "Remedy: %s\nWhy: %s\nSource: %s\n", rule.Remedy, rule.Reason, rule.Source)
	for _, evidence := range r.Evidence {
		fmt.Fprintf(&text, "\n%s:\n%s\n", evidence.Name, evidence.Text)
	}
	return text.String()
}
