package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// table is a first column of labels and others of figures.
type table struct {
	title string
	rows  [][]string // the first has the columns' names
}

// text is for terminals and plain files.
func (t table) text(bold func(string) string) string {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n", bold(t.title))
	for i, row := range t.rows {
		line := fmt.Sprintf("%-*s", widths[0], row[0])
		for j, cell := range row[1:] {
			line += fmt.Sprintf("  %*s", widths[j+1], cell)
		}
		if i == 0 {
			line += "\n" + strings.Repeat("─", utf8.RuneCountInString(line))
		}
		fmt.Fprintln(&out, line)
	}
	return out.String()
}

func (t table) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s:\n\n", t.title)
	for i, row := range t.rows {
		fmt.Fprintf(&out, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&out, "|---%s\n", strings.Repeat("|--:", len(row)-1)+"|")
		}
	}
	return out.String()
}
