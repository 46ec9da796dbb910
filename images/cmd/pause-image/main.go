// Command pause-image builds the pause image and publishes it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// subcommand does its part of the work with the arguments after its name.
type subcommand struct {
	name, summary string
	run           func(ctx context.Context, flags *flag.FlagSet, args []string) error
}

var subcommands = []subcommand{
	{"build", "build the image for all platforms into a directory", build},
	{"push", "push what build wrote to REGISTRY, and set the tags of its version", push},
	{"mirror", "copy the image FROM a registry to REGISTRY, bit for bit", mirror},
	{"repository", "print where push puts IMAGE in REGISTRY", repository},
	{"verify", "check what is published under REF, down to building it again", verify},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pause-image:", err)
		os.Exit(exitCode(err))
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError{errors.New("which subcommand? pause-image --help lists them")}
	}
	for _, sub := range subcommands {
		if sub.name != args[0] {
			continue
		}
		flags := flag.NewFlagSet("pause-image "+sub.name, flag.ContinueOnError)
		flags.SetOutput(os.Stdout)
		err := sub.run(ctx, flags, args[1:])
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if help := strings.TrimLeft(args[0], "-"); help == "help" || help == "h" {
		printHelp()
		return nil
	}
	return usageError{fmt.Errorf("subcommand %q is unknown: pause-image --help lists them", args[0])}
}

func printHelp() {
	fmt.Print("Usage: pause-image SUBCOMMAND [FLAGS]\n\n")
	for _, sub := range subcommands {
		fmt.Printf("  %-11s %s\n", sub.name, sub.summary)
	}
	fmt.Print("\npause-image SUBCOMMAND --help lists its flags.\n\nExit codes:\n", exitCodes)
}
