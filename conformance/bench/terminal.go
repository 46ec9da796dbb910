package main

import (
	"fmt"
	"os"
)

// emphasis makes text bold, if it is for a terminal.
func emphasis(out *os.File) func(string) string {
	if !terminal(out) || os.Getenv("NO_COLOR") != "" {
		return func(text string) string { return text }
	}
	return func(text string) string { return "\x1b[1m" + text + "\x1b[0m" }
}

// progress writes a line over the last one on a terminal, and one after the
// other elsewhere.
func progress(out *os.File) func(line string) {
	if terminal(out) {
		return func(line string) { fmt.Fprint(out, "\r\x1b[K", line) }
	}
	return func(line string) {
		if line != "" {
			fmt.Fprintln(out, line)
		}
	}
}

func terminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
