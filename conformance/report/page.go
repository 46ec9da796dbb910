package report

import (
	"regexp"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// page is what the templates of HTML and Markdown read.
type page struct {
	Report
	Labels      []string
	Chapters    []chapter
	Legend      []mark
	Problems    []problem
	Gaps        []gap
	Environment []fact
}

func (r Report) page() page {
	return page{
		Report: r, Labels: r.labels(), Chapters: r.chapters(), Legend: r.legend(),
		Problems: r.problems(), Gaps: r.gaps(), Environment: r.environment(),
	}
}

var idPattern = regexp.MustCompile(`\b[A-Z]+(-[A-Z0-9]+)+\b`)

// link writes text with a link in the place of each id of a requirement.
func link(text string, escape func(string) string, anchor func(requirement.Requirement) string) string {
	var out strings.Builder
	for text != "" {
		at := idPattern.FindStringIndex(text)
		if at == nil {
			at = []int{len(text), len(text)}
		}
		out.WriteString(escape(text[:at[0]]))
		id := text[at[0]:at[1]]
		if rule, exists := requirement.Find(id); exists {
			out.WriteString(anchor(rule))
		} else {
			out.WriteString(escape(id))
		}
		text = text[at[1]:]
	}
	return out.String()
}
