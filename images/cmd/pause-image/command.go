package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// root is the command with its subcommands.
func root() *cobra.Command {
	command := &cobra.Command{
		Use:           "pause-image",
		Short:         "Build the pause image and publish it",
		Long:          "Build the pause image and publish it.\n\nExit codes:\n" + exitCodes,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownSubcommand,
		Version:       version(),
		RunE: func(*cobra.Command, []string) error {
			return usageError{errors.New("which subcommand? pause-image --help lists them")}
		},
	}
	command.SuggestionsMinimumDistance = 2
	command.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, command.CommandPath())}
	})
	command.AddCommand(build(), push(), mirror(), repository(), verify(), &cobra.Command{
		Use:   "version",
		Short: "Print the version of pause-image",
		Args:  operands(),
		Run: func(command *cobra.Command, _ []string) {
			fmt.Fprintln(command.OutOrStdout(), "pause-image", version())
		},
	})
	return command
}

// knownSubcommand refuses operands of the command itself.
func knownSubcommand(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	advice := "pause-image --help lists them"
	if similar := command.SuggestionsFor(args[0]); len(similar) > 0 {
		advice = "did you mean " + strings.Join(similar, " or ") + "?"
	}
	return usageError{fmt.Errorf("subcommand %q is unknown; %s", args[0], advice)}
}

// operands makes sure that there is one operand for each of the names.
func operands(names ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		switch help := command.CommandPath() + " --help"; {
		case len(args) < len(names):
			return usageError{fmt.Errorf("%s: %s is missing; see %s", command.Name(), strings.Join(names[len(args):], " and "), help)}
		case len(args) > len(names):
			return usageError{fmt.Errorf("%s: %q is one operand too many; see %s", command.Name(), args[len(names)], help)}
		}
		return nil
	}
}

// version is that of the sources that this program is built from, as go build has
// found it.
func version() string {
	release := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		release = info.Main.Version
	}
	return release + " " + runtime.Version()
}
