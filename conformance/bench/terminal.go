package main

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

// emphasis makes text bold, if it is for a terminal.
func emphasis(out *os.File) func(string) string {
	if !term.IsTerminal(int(out.Fd())) || os.Getenv("NO_COLOR") != "" {
		return func(text string) string { return text }
	}
	return func(text string) string { return "\x1b[1m" + text + "\x1b[0m" }
}

// progress writes a line over the last one on a terminal, and one after the
// other elsewhere.
func progress(out *os.File) func(line string) {
	if term.IsTerminal(int(out.Fd())) {
		return func(line string) { fmt.Fprint(out, "\r\x1b[K", line) }
	}
	return func(line string) {
		if line != "" {
			fmt.Fprintln(out, line)
		}
	}
}
