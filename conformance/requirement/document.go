package requirement

import (
	_ "embed"
	"io"
	"strings"
	"text/template"
)

//go:embed document.md.tmpl
var documentText string

var document = template.Must(template.New("document").Funcs(template.FuncMap{
	"lower": strings.ToLower,
}).Parse(documentText))

// Markdown writes the specification: what conformance/SPEC.md holds.
func Markdown(w io.Writer) error {
	type feature struct {
		Name         Feature
		Requirements []Requirement
	}
	var features []feature
	for _, name := range Features() {
		entry := feature{Name: name}
		for _, requirement := range All() {
			if requirement.Feature == name {
				entry.Requirements = append(entry.Requirements, requirement)
			}
		}
		features = append(features, entry)
	}
	return document.Execute(w, map[string]any{
		"Version":  SpecVersion,
		"Total":    len(All()),
		"Groups":   Groups(),
		"Features": features,
	})
}
