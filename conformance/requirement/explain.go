package requirement

import (
	"fmt"
	"io"
	"strings"

	"github.com/onsi/ginkgo/v2/formatter"
)

// Explain writes all about a requirement for a terminal that is width columns wide.
func Explain(w io.Writer, requirement Requirement, width int) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s  %s  feature %s  since %s\n", requirement.ID, requirement.Level, requirement.Feature, requirement.Since)
	fmt.Fprintln(&text, formatter.Fiw(1, columns(width), "%s", requirement.Sentence))
	for _, entry := range [][2]string{
		{"why", requirement.Reason},
		{"remedy", requirement.Remedy},
		{"judged", requirement.Judged},
		{"follows", strings.Join(requirement.Causes(), ", ")},
	} {
		if entry[1] != "" {
			lines := formatter.Fiw(5, columns(width), "%s", entry[1])
			fmt.Fprintf(&text, "  %-8s%s\n", entry[0], strings.TrimLeft(lines, " "))
		}
	}
	for _, reference := range requirement.References() {
		fmt.Fprintf(&text, "  %-8s%s\n", "source", reference.Text)
		if reference.URL != "" {
			fmt.Fprintf(&text, "          %s\n", reference.URL)
		}
	}
	fmt.Fprintf(&text, "  %-8s%s\n", "text", requirement.URL())
	fmt.Fprintf(&text, "  %-8spause-conformance run --only %s --allow-partial IMAGE\n", "try", requirement.ID)
	_, err := io.WriteString(w, text.String())
	return err
}

// columns is a width in which words fit.
func columns(width int) uint { return uint(max(width, 40)) }
