// Package printable makes text of others safe to show: what an image, a registry
// or an engine says may hold sequences that a terminal or the log of a workflow
// obeys.
package printable

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text returns the text as one line in which every character is visible. Go's
// escapes stand for all others: line ends and tabs, control characters, bytes
// that are no UTF-8, and what changes the direction of text
// (https://trojansource.codes). A text that is safe comes back as it is, so a
// second call changes nothing.
//
// It also breaks the commands that runners read in a log: "::error::" at a line's
// start and "##[error]" anywhere
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands),
// with "##vso[" and "##teamcity[" as their kin.
func Text(text string) string { return escape(text, "") }

// Clip shortens what others say, which has no bound of its own, to a number of characters.
func Clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// Lines is Text for several lines: line ends and tabs stay, and each line is safe by
// itself.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = escape(line, "\t")
	}
	return strings.Join(lines, "\n")
}

var (
	// GitHub's runner skips white space before the colons:
	// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
	command = regexp.MustCompile(`^([ \t]*):(:)`)

	olderCommand = regexp.MustCompile(`(##[A-Za-z]*)\[`)
)

func escape(line, keep string) string {
	var out strings.Builder
	for i, r := range line {
		_, size := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, line[i])
		case strconv.IsPrint(r) || strings.ContainsRune(keep, r):
			out.WriteRune(r)
		default:
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	safe := command.ReplaceAllString(out.String(), `$1\x3a$2`)
	return olderCommand.ReplaceAllString(safe, `$1\x5b`)
}
