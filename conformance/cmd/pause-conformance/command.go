package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/podsandbox/pause/conformance/internal/spelling"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

const description = `pause-conformance judges sandbox (pause, infra) images of Kubernetes pods.

  pause-conformance run registry.example/pause:3.10
  pause-conformance run --platform linux/amd64 docker-archive:pause.tar
  pause-conformance explain REAP-ORPHAN

Exit codes of run:
    0  every image is conformant on every platform
    1  an image is not conformant: a MUST failed (--fail-on should: or a SHOULD)
    2  the command line cannot be used
    3  partial: a MUST was not judged, or something was left out by choice (0 with --allow-partial)
    4  an image or the engine could not be tested
  130  interrupted: the report is of what was judged by then`

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "pause-conformance",
		Short:         "Judge sandbox images of Kubernetes pods",
		Long:          description,
		Version:       fmt.Sprintf("%s, specification %s", version, requirement.SpecVersion),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          refuseSubcommand,
	}
	root.SetFlagErrorFunc(refuseFlag)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", width(os.Stdout))))
	root.SetVersionTemplate("pause-conformance {{.Version}}\n")
	root.AddCommand(newRun(), newList(), newExplain(), newSchema(), newVersion())
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of suite and specification",
		Args:  noArguments,
		Run: func(command *cobra.Command, _ []string) {
			fmt.Fprintf(os.Stdout, "pause-conformance %s\n", command.Root().Version)
		},
	}
}

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the JSON report",
		Args:  noArguments,
		Run:   func(*cobra.Command, []string) { fmt.Fprint(os.Stdout, report.JSONSchema) },
	}
}

// refuseSubcommand runs where no known subcommand is named.
func refuseSubcommand(root *cobra.Command, arguments []string) error {
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	if len(arguments) == 0 {
		return usageErrorf("which subcommand? There are %s; see --help", strings.Join(names, ", "))
	}
	return usageErrorf("subcommand %q: there are %s%s", arguments[0], strings.Join(names, ", "), spelling.Suggestion(arguments[0], names))
}

func noArguments(_ *cobra.Command, arguments []string) error {
	if len(arguments) > 0 {
		return usageErrorf("argument %q is not expected", arguments[0])
	}
	return nil
}

// refuseFlag adds a suggestion to the error about an unknown flag.
func refuseFlag(command *cobra.Command, err error) error {
	suggestion := ""
	if flagError := new(pflag.NotExistError); errors.As(err, &flagError) {
		var names []string
		command.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
		name := flagError.GetSpecifiedName()
		if letters := flagError.GetSpecifiedShortnames(); letters != "" {
			name = letters // -platform is read as letters
		}
		suggestion = spelling.Suggestion("--"+name, names)
	}
	return usageErrorf("%w%s; see %s --help", err, suggestion, command.CommandPath())
}
