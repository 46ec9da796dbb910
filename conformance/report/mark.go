package report

import (
	"fmt"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// mark is how the tables show what was found about a requirement.
type mark struct {
	Symbol, ASCII, Emoji string
	Class                string // of the HTML page
	Color                string // of the terminal
	Meaning              string
	Plural               string // in a count, where it differs
}

var (
	passed       = mark{"✓", "ok", "✅", "pass", "green", "passed", ""}
	mustFailed   = mark{"✗", "FAIL", "❌", "fail", "red", "MUST failed", "MUSTs failed"}
	shouldFailed = mark{"!", "fail", "⚠️", "warn", "yellow", "SHOULD failed", "SHOULDs failed"}
	errored      = mark{"?", "ERR", "❓", "error", "magenta", "ended in error", ""}
	unsupported  = mark{"–", "n/s", "➖", "none", "gray", "not supported", ""}
	untestable   = mark{"○", "n/t", "⚪", "none", "gray", "not testable here", ""}
	filtered     = mark{"·", "skip", "⏭️", "none", "gray", "filtered", ""}
	absent       = mark{" ", " ", "", "none", "gray", "not judged", ""}

	// marks are in the order of counts and legends.
	marks = []mark{passed, mustFailed, shouldFailed, errored, unsupported, untestable, filtered, absent}
)

// Mark tells how a result is shown; of nil, how it is that there is none.
func (r *Result) Mark() mark {
	if r == nil {
		return absent
	}
	switch r.Status {
	case Pass:
		return passed
	case Fail:
		if r.Requirement.Level == requirement.Must {
			return mustFailed
		}
		return shouldFailed
	case Error:
		return errored
	case NotSupported:
		return unsupported
	case NotTestable:
		return untestable
	case Filtered:
		return filtered
	}
	return absent
}

// tally is how many results a mark was given to.
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

// Tallies count the results by their marks, and leave out what there is none of.
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

// Mark tells how a verdict is shown.
func (v Verdict) Mark() mark {
	switch v {
	case Conformant:
		return passed
	case NotConformant:
		return mustFailed
	case Partial:
		return shouldFailed
	}
	return errored
}

// legend holds the marks that the report's tables show.
func (r Report) legend() []mark {
	shown := map[mark]bool{}
	for _, chapter := range r.chapters() {
		for _, row := range chapter.Rows {
			for _, cell := range row.Cells {
				shown[cell.Mark()] = true
			}
		}
	}
	var legend []mark
	for _, m := range marks {
		if shown[m] && m != absent {
			legend = append(legend, m)
		}
	}
	return legend
}
