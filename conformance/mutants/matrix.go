package mutants

import (
	"fmt"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/requirement"
)

// Matrix is the Markdown document of what each mutant fails.
func Matrix() string {
	var document strings.Builder
	line := func(format string, arguments ...any) { fmt.Fprintf(&document, format+"\n", arguments...) }
	line("<!-- Generated from the Go package conformance/mutants by `make matrix`. Do not edit. -->")
	line("# What proves that the suite can fail\n")
	line("A *mutant* is our own image with one fault, or our own image on an engine with one. Each has to fail exactly what is marked")
	line("here, %d failures of %d mutants in all: no more, no less, and nothing by an error of the suite. `make test-all` judges each", failures(), len(All()))
	line("image that runs by the whole specification. `make test` does so with the two that fail most, and judges the others by what")
	line("their batch fails. Mutants of engines are judged by what they fail.\n")
	line("An image that does not stay up (PID-STAYS) is not judged on what needs a running sandbox. A mutant marked with ° runs as ours")
	line("does, so that it is judged from the image alone.\n")
	for _, chapter := range requirement.Groups() {
		line("## %s\n", chapter.Title)
		writeGrid(line, chapter)
	}
	line("## The faults\n")
	line("| Mutant | What is wrong with it |\n|---|---|")
	for _, mutant := range All() {
		line("| %s | %s |", mutant.label(), mutant.Why)
	}
	line("\n## Equivalents\n")
	line("These images differ from ours, and fail nothing. Some declare that they lack a feature.\n")
	line("| Image | How it works | Lacks |\n|---|---|---|")
	for _, image := range Equivalents() {
		line("| %s | %s | %s |", image.Name, image.Why, strings.Trim(fmt.Sprint(image.Lacks), "[]"))
	}
	return document.String()
}

// writeGrid writes the mutants that fail a requirement of the chapter.
func writeGrid(line func(string, ...any), chapter requirement.Group) {
	var ids, names []string
	for _, rule := range chapter.Requirements {
		_, name, _ := strings.Cut(rule.ID, "-")
		ids, names = append(ids, rule.ID), append(names, name)
	}
	line("| | %s |\n|---|%s", strings.Join(names, " | "), strings.Repeat(":-:|", len(names)))
	for _, mutant := range All() {
		row := "| " + mutant.label() + " |"
		hasFailure := false
		for _, id := range ids {
			mark := " "
			if slices.Contains(mutant.Fails, id) {
				mark, hasFailure = " ● ", true
			}
			row += mark + "|"
		}
		if hasFailure {
			line("%s", row)
		}
	}
	line("")
}

func (m Mutant) label() string {
	if m.Static {
		return m.Name + "°"
	}
	return m.Name
}

func failures() (count int) {
	for _, mutant := range All() {
		count += len(mutant.Fails)
	}
	return count
}
