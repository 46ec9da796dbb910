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
	"lower":   strings.ToLower,
	"version": func(changed string) string { version, _, _ := strings.Cut(changed, ": "); return version },
	"text": func(changed string) string {
		_, text, _ := strings.Cut(changed, ": ")
		return strings.ToUpper(text[:1]) + text[1:]
	},
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
	var additions, changes []Requirement
	for _, requirement := range All() {
		switch {
		case requirement.Since != FirstVersion:
			additions = append(additions, requirement)
		case requirement.Changed != "":
			changes = append(changes, requirement)
		}
	}
	return document.Execute(w, map[string]any{
		"First":    FirstVersion,
		"Added":    additions,
		"Changed":  changes,
		"Version":  SpecVersion,
		"Total":    len(All()),
		"Groups":   Groups(),
		"Features": features,
	})
}
