package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

//go:embed report.html.tmpl
var htmlText string

var htmlTemplate = template.Must(template.New("report.html").Funcs(template.FuncMap{
	"join": strings.Join,
	// A narrow column breaks a platform behind the slash.
	"wrap": func(platform string) string { return strings.ReplaceAll(platform, "/", "/\u200b") },
}).Parse(htmlText))

// HTML writes the report as one page that needs no other file, no script and no
// network.
func (r Report) HTML(w io.Writer) error {
	return htmlTemplate.Execute(w, r.printable().page())
}

// Links are the ids in a text as links: of a problem to its place on the page, of
// others to the specification.
func (p page) Links(text string) template.HTML {
	return template.HTML(link(text, template.HTMLEscapeString, func(rule requirement.Requirement) string {
		for _, problem := range p.Problems {
			if problem.Requirement.ID == rule.ID {
				return fmt.Sprintf(`<a href="#%s">%s</a>`, rule.ID, rule.ID)
			}
		}
		return fmt.Sprintf(`<a href="%s">%s</a>`, rule.URL(), rule.ID)
	}))
}
