// Command pause-conformance judges sandbox images against the specification in
// conformance/SPEC.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
)

// version is set by the linker.
var version = "devel"

const usage = `Usage:
  pause-conformance run [FLAGS] IMAGE…   judge sandbox images
  pause-conformance list [--json]        list the requirements
  pause-conformance version              print the versions of suite and specification

IMAGE is a reference of the engine in reach or of a registry, or
oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].

Exit codes:
  0  every image is conformant on every platform
  1  an image is not conformant
  2  the command line cannot be used
  3  an image could not be tested, or not every MUST was judged, or something was left out by choice

pause-conformance run --help lists the flags.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		err = nil
	}
	if message := fmt.Sprint(err); err != nil && message != "" {
		fmt.Fprintln(os.Stderr, "pause-conformance:", message)
	}
	os.Exit(exitCode(err))
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return misused{errors.New("which subcommand? There are run, list and version; see --help")}
	}
	switch args[0] {
	case "run":
		return judge(ctx, args[1:])
	case "list":
		return list(args[1:])
	case "version":
		return printVersion(args[1:])
	case "help", "-h", "-help", "--help":
		fmt.Print(usage)
		return nil
	}
	return misused{fmt.Errorf("subcommand %q: there are run, list and version; see --help", args[0])}
}

// misused is an error in the command line.
type misused struct{ error }

// verdict ends the command with the exit code of a report, and with what went wrong
// besides: an image that is not conformant is so whatever else failed.
type verdict struct {
	code    int
	besides error
}

func (v verdict) Error() string {
	if v.besides == nil {
		return ""
	}
	return v.besides.Error()
}

func exitCode(err error) int {
	var code verdict
	var usage *conformance.UsageError
	switch {
	case err == nil:
		return report.ExitConformant
	case errors.As(err, &code):
		return code.code
	case errors.As(err, &misused{}), errors.As(err, &usage):
		return report.ExitUsage
	}
	return report.ExitUntested
}
