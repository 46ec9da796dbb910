// Command pause-conformance judges sandbox images against the specification in
// conformance/SPEC.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/images/interrupt"
	"github.com/podsandbox/pause/images/printable"
)

// version is set by the linker.
var version = "devel"

func main() {
	ctx, stop := interrupt.Context()
	// A second signal ends the command at once, and its suite cleans up alone. timeout(1)
	// and the like send the first one twice.
	context.AfterFunc(ctx, func() { time.AfterFunc(2*time.Second, stop) })
	err := newCommand().ExecuteContext(ctx)
	if err != nil {
		printError(err)
	}
	os.Exit(exitCode(err))
}

// printError writes a line for each error.
func printError(err error) {
	for line := range strings.SplitSeq(strings.TrimSpace(err.Error()), "\n") {
		if line != "" {
			fmt.Fprintln(os.Stderr, "pause-conformance:", printable.Text(line))
		}
	}
}

// usageError is an error in the command line.
type usageError struct{ error }

func usageErrorf(format string, arguments ...any) error {
	return usageError{fmt.Errorf(format, arguments...)}
}

// exit ends the command with the exit code of a report, and with an error that is not
// the report's: an image that is not conformant stays so whatever else fails.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func exitCode(err error) int {
	var end exit
	var usage *conformance.UsageError
	switch {
	case err == nil:
		return report.ExitConformant
	case errors.As(err, &end):
		return end.code
	case errors.As(err, &usageError{}), errors.As(err, &usage):
		return report.ExitUsage
	}
	return report.ExitUntested
}
