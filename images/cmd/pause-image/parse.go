package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// parse reads flags and operands in any order, and returns the operands, one
// for each of the names. What the flag package prints of its own errors is
// dropped: they are one line like every other.
func parse(flags *flag.FlagSet, args []string, names ...string) ([]string, error) {
	output := flags.Output()
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	var operands []string
	for {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(output, "Usage: %s\n\n", strings.Join(append([]string{flags.Name(), "[FLAGS]"}, names...), " "))
			flags.SetOutput(output)
			flags.PrintDefaults()
			return nil, err
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("%w; see %s --help", err, flags.Name())}
		}
		if flags.NArg() == 0 {
			break
		}
		operands, args = append(operands, flags.Arg(0)), flags.Args()[1:]
	}
	if len(operands) != len(names) {
		return nil, usageError{fmt.Errorf("operands %q: want %q; %s --help explains them", operands, names, flags.Name())}
	}
	return operands, nil
}
