package report

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"text/template"
)

//go:embed report.md.tmpl
var markdownText string

var markdown = template.Must(template.New("report.md").Funcs(template.FuncMap{
	"text":  escapeMarkdown,
	"short": func(text string) string { return escapeMarkdown(clip(text, 600)) },
	"long":  func(text string) string { return escapeMarkdown(clip(text, 2000)) },
	"join":  strings.Join,
}).Parse(markdownText))

// Markdown writes the report for the summaries of CI jobs and for pull
// requests. Long evidence is shortened there, since both have a size limit.
func (r Report) Markdown(w io.Writer) error {
	return markdown.Execute(w, r.printable().page())
}

// page is what the templates are given.
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

// escapeMarkdown takes the meaning from whatever Markdown, HTML or GitHub gives
// one to; the zero-width space keeps GitHub from telling people of a mention.
func escapeMarkdown(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			out.WriteString("<br>")
		case r == '@':
			out.WriteString("&#64;&#8203;")
		case strings.ContainsRune("\\`*_{}[]<>|#&~$!", r):
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
