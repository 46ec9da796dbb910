// Command matrix writes the matrix of mutants and requirements to the file that
// is its argument.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/podsandbox/pause/conformance/mutants"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("matrix: want one argument, the file to write")
	}
	return os.WriteFile(args[0], []byte(mutants.Matrix()), 0o644)
}
