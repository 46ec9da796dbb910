package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/podsandbox/pause/conformance/probe"
)

// suiteName is what a process that runs the specs is called.
const suiteName = "pause-conformance-suite"

// A program that has the suite in it is started by the suite itself in two more
// roles, as the process of the specs and as a probe in a pod.
func init() {
	var role func() error
	switch {
	case probe.Called():
		role = probe.Run
	case os.Args[0] == suiteName:
		role = runSuite
	default:
		return
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runSuite() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	var config Config
	if err := json.NewDecoder(os.Stdin).Decode(&config); err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	events := os.NewFile(3, "events")
	encoder := json.NewEncoder(events)
	found, err := judge(ctx, config, func(progress Progress) { _ = encoder.Encode(event{Progress: &progress}) })
	end := outcome{Report: found}
	if err != nil {
		end.Error = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return encoder.Encode(event{Outcome: &end})
}

// startLocked starts a process from a thread that lives as long as this program:
// the kernel sends the signal of a parent's death when the thread ends.
func startLocked(command *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- command.Start()
		select {}
	}()
	return <-started
}
