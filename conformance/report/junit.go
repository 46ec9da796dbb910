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
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report for CI systems: a suite for each subject, and a case
// for each requirement. A subject that has no results is a case that ended in
// error, since a suite without cases would look as if it had passed.
func (r Report) JUnit(w io.Writer) error {
	r = r.printable()
	out := junitReport{Name: "Sandbox image conformance"}
	for _, subject := range r.Subjects {
		suite := r.junitSuite(subject)
		out.Tests += suite.Tests
		out.Failures += suite.Failures
		out.Errors += suite.Errors
		out.Skipped += suite.Skipped
		out.Time += suite.Time
		out.Suites = append(out.Suites, suite)
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

func (r Report) junitSuite(subject Subject) junitSuite {
	suite := junitSuite{
		Name:      strings.TrimSpace(subject.Image + " " + subject.Platform),
		Timestamp: r.Started.UTC().Format(time.RFC3339),
	}
	facts := append(subject.facts(), r.environment()...)
	facts = append(facts, fact{"Command", r.Command}, fact{"Verdict", string(subject.Verdict)}, fact{"Reason", subject.Reason})
	for _, fact := range facts {
		name := strings.ReplaceAll(strings.ToLower(fact.Name), " ", "-")
		suite.Properties = append(suite.Properties, junitProperty{Name: name, Value: fact.Value})
	}
	for _, group := range requirement.Groups() {
		for _, rule := range group.Requirements {
			for i := range subject.Results {
				if result := &subject.Results[i]; result.Requirement.ID == rule.ID {
					suite.add(result.junitCase(subject.Platform + "/" + group.Title))
				}
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

func (r *Result) junitCase(class string) junitCase {
	made := junitCase{Name: r.Requirement.ID, Class: class, Time: seconds(r.Duration)}
	outcome := &junitOutcome{Message: clip(r.Seen, 200), Type: string(r.Requirement.Level), Text: r.account()}
	switch r.Status {
	case Pass:
	case Fail:
		made.Failure = outcome
	case Error:
		made.Error = outcome
	default:
		made.Skipped = &junitOutcome{Message: fmt.Sprintf("%s: %s", r.Status, r.Seen)}
	}
	return made
}

// account tells a failure in full.
func (r *Result) account() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s\n\nExpected: %s\nSeen: %s\nWhy: %s\nSource: %s\n",
		r.Requirement.Sentence, r.Expected, r.Seen, r.Requirement.Reason, r.Requirement.Source)
	for _, evidence := range r.Evidence {
		fmt.Fprintf(&text, "\n%s:\n%s\n", evidence.Name, evidence.Text)
	}
	return text.String()
}
