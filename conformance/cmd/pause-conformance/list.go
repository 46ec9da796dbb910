package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/podsandbox/pause/conformance/requirement"
)

func list(args []string) error {
	flags := flag.NewFlagSet("pause-conformance list", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "list as JSON")
	if operands, err := parse(flags, args); err != nil || len(operands) > 0 {
		return unexpected(operands, err)
	}
	if *asJSON {
		return requirement.JSON(os.Stdout)
	}
	return requirement.List(os.Stdout, width(os.Stdout))
}

func printVersion(args []string) error {
	flags := flag.NewFlagSet("pause-conformance version", flag.ContinueOnError)
	if operands, err := parse(flags, args); err != nil || len(operands) > 0 {
		return unexpected(operands, err)
	}
	fmt.Printf("pause-conformance %s, specification %s\n", version, requirement.SpecVersion)
	return nil
}

func unexpected(operands []string, err error) error {
	if err != nil {
		return err
	}
	return misused{fmt.Errorf("argument %q is not expected", operands[0])}
}
