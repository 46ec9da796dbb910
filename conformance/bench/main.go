// Command bench measures our pause beside the inits of Debian's packages and a
// pause with the Go runtime, each as PID 1 of fresh PID namespaces, and prints
// medians and ratios. It needs no engine, but the right to make namespaces.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/podsandbox/pause/images/interrupt"
)

func main() {
	if os.Args[0] == orphanMaker {
		exit(leaveOrphans(os.Args[1:]))
	}
	exit(run(os.Args[1:]))
}

func exit(err error) {
	var wrong usageError
	switch {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &wrong):
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	settings, err := parse(args)
	if err != nil {
		return err
	}
	if settings.help {
		fmt.Print(usage)
		return nil
	}
	ctx, stop := interrupt.Context()
	defer stop()
	err = compare(ctx, settings)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func compare(ctx context.Context, settings options) error {
	// Only the thread that starts a traced program can trace it.
	runtime.LockOSThread()
	work, err := os.MkdirTemp("", "pause-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	peers, err := findPeers(ctx, work)
	if err != nil {
		return err
	}
	results, err := measure(ctx, peers, settings, progress(os.Stderr))
	if err != nil {
		return err
	}
	print(os.Stdout, settings, results, emphasis(os.Stdout))
	return nil
}
