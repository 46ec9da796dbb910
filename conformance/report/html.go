package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed report.html.tmpl
var pageText string

var pageTemplate = template.Must(template.New("report.html").Funcs(template.FuncMap{
	"join": strings.Join,
	// A narrow column breaks a platform behind the slash.
	"wrap": func(platform string) string { return strings.ReplaceAll(platform, "/", "/\u200b") },
}).Parse(pageText))

// HTML writes the report as one page that needs no other file, no script and no
// network.
func (r Report) HTML(w io.Writer) error {
	return pageTemplate.Execute(w, r.printable().page())
}
