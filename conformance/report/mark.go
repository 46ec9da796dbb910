package report

import (
	"fmt"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// mark is how the forms for people show a status.
type mark struct {
	Symbol, ASCII, Emoji string
	Class                string // of the HTML page
	Color                string // of the terminal
	Meaning              string
	Plural               string // of a count, where it differs
}

var (
	passMark        = mark{"✓", "ok", "✅", "pass", "green", "passed", ""}
	mustMark        = mark{"✗", "FAIL", "❌", "fail", "red", "MUST failed", "MUSTs failed"}
	shouldMark      = mark{"!", "fail", "⚠️", "warn", "yellow", "SHOULD failed", "SHOULDs failed"}
	errorMark       = mark{"?", "ERR", "❓", "error", "magenta", "ended in error", ""}
	unsupportedMark = mark{"–", "n/s", "➖", "none", "gray", "not supported", ""}
	untestableMark  = mark{"○", "n/t", "⚪", "none", "gray", "not testable here", ""}
	filteredMark    = mark{"·", "skip", "⏭️", "none", "gray", "filtered", ""}
	noMark          = mark{" ", " ", "", "none", "gray", "not judged", ""}

	// marks are in the order of counts and legends.
	marks = []mark{passMark, mustMark, shouldMark, errorMark, unsupportedMark, untestableMark, filteredMark, noMark}
)

// Mark is how a result is shown; nil is a result that there is not.
func (r *Result) Mark() mark {
	if r == nil {
		return noMark
	}
	switch r.Status {
	case Pass:
		return passMark
	case Fail:
		if r.Requirement.Level == requirement.Must {
			return mustMark
		}
		return shouldMark
	case Error:
		return errorMark
	case NotSupported:
		return unsupportedMark
	case NotTestable:
		return untestableMark
	case Filtered:
		return filteredMark
	}
	return noMark
}

// Mark is how a verdict is shown.
func (v Verdict) Mark() mark {
	switch v {
	case Conformant:
		return passMark
	case NotConformant:
		return mustMark
	case Partial:
		return shouldMark
	}
	return errorMark
}

// tally is the number of results that have a mark.
type tally struct {
	mark
	Count int
}

func (t tally) String() string {
	if t.Count > 1 && t.Plural != "" {
		return fmt.Sprintf("%d %s", t.Count, t.Plural)
	}
	return fmt.Sprintf("%d %s", t.Count, t.Meaning)
}

// Tallies count the results by their marks, without marks that no result has.
func (s Subject) Tallies() []tally {
	counts := map[mark]int{}
	for i := range s.Results {
		counts[s.Results[i].Mark()]++
	}
	var tallies []tally
	for _, m := range marks {
		if counts[m] > 0 {
			tallies = append(tallies, tally{m, counts[m]})
		}
	}
	return tallies
}

// Counts sums the results up: "44 passed, 1 not testable here".
func (s Subject) Counts() string {
	var parts []string
	for _, t := range s.Tallies() {
		parts = append(parts, t.String())
	}
	if len(parts) == 0 {
		return "nothing judged"
	}
	return strings.Join(parts, ", ")
}

// Passes is the number of requirements of the level that passed: "26 of 28".
func (s Subject) Passes(level requirement.Level) string {
	passes, all := 0, 0
	for _, result := range s.Results {
		if result.Requirement.Level != level {
			continue
		}
		all++
		if result.Status == Pass {
			passes++
		}
	}
	return fmt.Sprintf("%d of %d", passes, all)
}

// legend has the marks of the report's tables.
func (r Report) legend() []mark {
	inTables := map[mark]bool{}
	for _, chapter := range r.chapters() {
		for _, row := range chapter.Rows {
			for _, cell := range row.Cells {
				inTables[cell.Mark()] = true
			}
		}
	}
	var legend []mark
	for _, m := range marks {
		if inTables[m] && m != noMark {
			legend = append(legend, m)
		}
	}
	return legend
}
