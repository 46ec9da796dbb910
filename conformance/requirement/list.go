package requirement

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/onsi/ginkgo/v2/formatter"
)

// List writes every requirement for a terminal that is width columns wide:
// id, level and feature, and the sentence below.
func List(w io.Writer, width int) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Specification of a sandbox image, version %s\n", SpecVersion)
	fmt.Fprintf(&text, "\n  %-20s  %-6s  %s\n", "ID", "LEVEL", "FEATURE")
	for _, group := range Groups() {
		fmt.Fprintf(&text, "\n%s\n", group.Title)
		for _, requirement := range group.Requirements {
			fmt.Fprintf(&text, "\n  %-20s  %-6s  %s\n", requirement.ID, requirement.Level, requirement.Feature)
			fmt.Fprintln(&text, formatter.Fiw(2, columns(width), "%s", requirement.Sentence))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// JSON writes every requirement for programs.
func JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		Specification string  `json:"specification"`
		Groups        []Group `json:"groups"`
	}{SpecVersion, Groups()})
}
