package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/podsandbox/pause/conformance/engine/oci"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/images/interrupt"
	"github.com/podsandbox/pause/pause/kernels/guest"
)

// suiteName is the name of the process that runs the specs.
const suiteName = "pause-conformance-suite"

// The suite starts the program that it is part of in more roles: as the process of the
// specs, as the parent of a sandbox, as the first process of a virtual machine and, in
// package probe, as a probe.
func init() {
	var role func() error
	switch {
	case guest.Called():
		guest.Run()
	case oci.IsParent():
		role = oci.RunParent
	case os.Args[0] == suiteName:
		role = func() error { return runSuite(os.NewFile(3, "events")) }
	case os.Args[0] == machineSuiteName:
		role = runMachineSuite
	default:
		return
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runSuite(events io.Writer) error {
	ctx, stop := interrupt.Context()
	defer stop()
	var config Config
	if err := json.NewDecoder(os.Stdin).Decode(&config); err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	encoder := json.NewEncoder(events)
	result, err := judge(ctx, config, func(progress Progress) { _ = encoder.Encode(event{Progress: &progress}) })
	last := outcome{Report: result}
	if err != nil {
		last.Error = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return encoder.Encode(event{Outcome: &last})
}

// suiteProcess is a process that runs the specs, here or in a virtual machine.
type suiteProcess struct {
	events *os.File
	errors bytes.Buffer // what it prints on standard error

	// wait returns why it did not run to its end, if so.
	wait func() error

	// translate puts into a report what the process cannot know, if it is set.
	translate func(*report.Report)
}

// exitError is the error of a process that ended without a report.
func (s *suiteProcess) exitError(end error) error {
	reason := crash(s.errors.String())
	if reason == "" {
		reason = fmt.Sprint(end)
	}
	return fmt.Errorf("the suite ended without a report: %s", reason)
}

// start starts the process, which writes events.
func start(ctx context.Context, config Config) (*suiteProcess, error) {
	if config.Engine == Machine && config.Profile != Static {
		return startMachine(ctx, config)
	}
	return startHere(ctx, config)
}

func startHere(ctx context.Context, config Config) (*suiteProcess, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	suite := &suiteProcess{}
	command := exec.CommandContext(ctx, program)
	command.Args = []string{suiteName}
	command.Stdin = bytes.NewReader(input)
	command.Stderr = &suite.errors
	if config.Verbose {
		command.Stdout, command.Stderr = os.Stderr, os.Stderr
	}
	if command.Env, err = trust(os.Environ(), config.CA); err != nil {
		return nil, err
	}
	if config.DockerHost != "" {
		command.Env = append(command.Env, "DOCKER_HOST="+config.DockerHost)
	}
	// A process group of its own keeps Ctrl-C from the suite, and the delay gives it
	// time to clean up.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = time.Minute
	var output *os.File
	if suite.events, output, err = os.Pipe(); err != nil {
		return nil, err
	}
	defer output.Close()
	command.ExtraFiles = []*os.File{output}
	if err := startLocked(command); err != nil {
		suite.events.Close()
		return nil, err
	}
	suite.wait = command.Wait
	return suite, nil
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
