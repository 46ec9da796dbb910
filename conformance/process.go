package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/podsandbox/pause/conformance/probe"
)

// suiteName is the name of the process that runs the specs.
const suiteName = "pause-conformance-suite"

// The suite starts the program that it is part of in two more roles: as the process
// of the specs, and as a probe in a pod.
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
	result, err := judge(ctx, config, func(progress Progress) { _ = encoder.Encode(event{Progress: &progress}) })
	last := outcome{Report: result}
	if err != nil {
		last.Error = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return encoder.Encode(event{Outcome: &last})
}

// suiteProcess is a process that runs the specs.
type suiteProcess struct {
	*exec.Cmd
	errors bytes.Buffer
}

// startSuite starts the process, which writes events.
func startSuite(ctx context.Context, config Config) (suite *suiteProcess, events *os.File, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	input, err := json.Marshal(config)
	if err != nil {
		return nil, nil, err
	}
	suite = &suiteProcess{Cmd: exec.CommandContext(ctx, program)}
	suite.Args = []string{suiteName}
	suite.Stdin = bytes.NewReader(input)
	suite.Stderr = &suite.errors
	if config.Verbose {
		suite.Stdout, suite.Stderr = os.Stderr, os.Stderr
	}
	if suite.Env, err = trust(os.Environ(), config.CA); err != nil {
		return nil, nil, err
	}
	// A process group of its own keeps Ctrl-C from the suite, and the delay gives it
	// time to clean up.
	suite.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	suite.Cancel = func() error { return suite.Process.Signal(syscall.SIGTERM) }
	suite.WaitDelay = time.Minute
	events, output, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	suite.ExtraFiles = []*os.File{output}
	err = startLocked(suite.Cmd)
	output.Close()
	if err != nil {
		events.Close()
		return nil, nil, err
	}
	return suite, events, nil
}

// startLocked starts a process from a thread that lives as long as this program: the
// kernel sends the signal of a parent's death when the thread ends.
func startLocked(command *exec.Cmd) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		result <- command.Start()
		select {}
	}()
	return <-result
}
