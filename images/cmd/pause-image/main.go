// Command pause-image builds the pause image and publishes it.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/podsandbox/pause/images/crash"
	"github.com/podsandbox/pause/images/interrupt"
	"github.com/podsandbox/pause/images/printable"
)

func main() {
	ctx, stop := interrupt.Context()
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pause-image:", line(err))
		os.Exit(exitCode(err))
	}
}

func run(ctx context.Context, args []string) (err error) {
	defer crash.Recover(&err)
	command := root()
	command.SetArgs(args)
	return command.ExecuteContext(ctx)
}

// line is the error as one line, whatever others have written into it.
func line(err error) string {
	return printable.Text(strings.Join(strings.Fields(err.Error()), " "))
}
