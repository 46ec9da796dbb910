package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// parse reads flags and operands in any order, and returns the operands. The
// flag package would print its errors itself, and the usage after them; here
// they are one line like every other error.
func parse(flags *flag.FlagSet, args []string) (operands []string, err error) {
	for {
		flags.SetOutput(io.Discard)
		switch err := flags.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			flags.SetOutput(os.Stdout)
			flags.Usage()
			return nil, err
		case err != nil:
			return nil, misused{fmt.Errorf("%w; see %s --help", err, flags.Name())}
		}
		if flags.NArg() == 0 {
			return operands, nil
		}
		operands, args = append(operands, flags.Arg(0)), flags.Args()[1:]
	}
}
