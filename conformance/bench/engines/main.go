// Command engines measures a whole run of the suite on every engine in reach, beside the
// pods of such a run alone: they are started, joined and removed, and nothing is judged.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/images/interrupt"
)

// configs are the engines, and the OCI runtimes one by one.
var configs = []conformance.Config{
	{Engine: conformance.OCI, Runtime: "crun"},
	{Engine: conformance.OCI, Runtime: "runc"},
	{Engine: conformance.Docker},
	{Engine: conformance.Containerd},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("want one argument, an image such as oci:dist/oci")
	}
	ctx, stop := interrupt.Context()
	defer stop()
	fmt.Printf("%-22s %9s %10s %7s %6s %6s\n", "A run of the suite", "run, s", "pods, s", "ratio", "pods", "joins")
	for _, config := range configs {
		config.Images, config.Platforms = arguments, []string{"linux/" + runtime.GOARCH}
		name := fmt.Sprintf("%s %s", config.Engine, config.Runtime)
		fmt.Fprintf(os.Stderr, "judging on %s\n", name)
		result, err := conformance.Run(ctx, config)
		if err != nil {
			fmt.Printf("%-22s left out: %v\n", name, err)
			continue
		}
		sandboxes, probes := count(result)
		pods, err := measurePods(ctx, config, sandboxes, probes)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("%-22s %9.1f %10.1f %7.2f %6d %6d\n", name, result.Duration.Seconds(), pods.Seconds(), float64(result.Duration)/float64(pods), sandboxes, probes)
	}
	return ctx.Err()
}

// count returns how many sandboxes a run has started, and how often it has joined one.
func count(result report.Report) (sandboxes, probes int) {
	for _, subject := range result.Subjects {
		for _, result := range subject.Results {
			sandboxes += result.Sandboxes
			probes += result.Probes
		}
	}
	return sandboxes, probes
}

func measurePods(ctx context.Context, config conformance.Config, sandboxes, probes int) (took time.Duration, err error) {
	pods, err := open(ctx, config)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pods.close(context.WithoutCancel(ctx))) }()
	started := time.Now()
	err = pods.start(ctx, sandboxes, probes)
	return time.Since(started), err
}
