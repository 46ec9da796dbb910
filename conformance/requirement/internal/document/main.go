// Command document writes the specification to the file that its argument names.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/podsandbox/pause/conformance/requirement"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "document:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("name the file to write: document FILE")
	}
	var text bytes.Buffer
	if err := requirement.Markdown(&text); err != nil {
		return err
	}
	return os.WriteFile(args[0], text.Bytes(), 0o644)
}
