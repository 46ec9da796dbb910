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
	"github.com/podsandbox/pause/images/interrupt"
	"github.com/podsandbox/pause/pause/kernels/guest"
)

// suiteName is the name of the process that runs the specs, and sweepName of one that removes what
// such a process has left.
const suiteName, sweepName = "pause-conformance-suite", "pause-conformance-sweep"

// The suite starts the program that it is part of in more roles: as the process of the
// specs or its sweep, as the parent of a sandbox, as the first process of a virtual machine and, in
// package probe, as a probe.
func init() {
	var run func() error
	switch {
	case guest.Called():
		guest.Run()
	case oci.IsParent():
		run = oci.RunParent
	case os.Args[0] == suiteName:
		run = func() error { return runSuite(os.NewFile(3, "events")) }
	case os.Args[0] == sweepName:
		run = sweep
	case os.Args[0] == machineSuiteName:
		run = runMachineSuite
	default:
		return
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runSuite(events io.Writer) error {
	ctx, stop := interrupt.Context()
	defer stop()
	config, err := readConfig()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(events)
	result, err := judge(ctx, config, func(progress Progress) { _ = encoder.Encode(event{Progress: &progress}) })
	last := outcome{Report: result}
	if err != nil {
		last.Error = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return encoder.Encode(event{Outcome: &last})
}

func readConfig() (config Config, err error) {
	if err := json.NewDecoder(os.Stdin).Decode(&config); err != nil {
		return config, fmt.Errorf("read the configuration: %w", err)
	}
	return config, nil
}

// sweep connects to the engine, which removes what runs have left whose process has ended.
func sweep() error {
	ctx, stop := interrupt.Context()
	defer stop()
	config, err := readConfig()
	if err != nil {
		return err
	}
	eng, err := open(ctx, config)
	if err != nil {
		return err
	}
	return eng.Close(context.WithoutCancel(ctx))
}

// role is a command that starts this program in a role, with the Config as input.
func role(ctx context.Context, name string, config Config) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, program)
	command.Args = []string{name}
	command.Stdin = bytes.NewReader(input)
	if command.Env, err = trust(os.Environ(), config.CA); err != nil {
		return nil, err
	}
	if config.DockerHost != "" {
		command.Env = append(command.Env, "DOCKER_HOST="+config.DockerHost)
	}
	if _, err := os.Getwd(); err != nil {
		command.Dir = "/" // Ginkgo does not run where the working directory has been removed
	}
	// A process group of its own keeps Ctrl-C from the suite, and the delay gives it
	// time to clean up.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = time.Minute
	return command, nil
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
