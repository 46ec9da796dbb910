package conformance

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/podsandbox/pause/conformance/report"
)

// suiteProcess is a process that runs the specs, here or in a virtual machine.
type suiteProcess struct {
	events *os.File
	errors bytes.Buffer // what it prints on standard error

	// wait returns why it did not run to its end, if so.
	wait func() error

	// sweep removes what the process has left that has ended without a report, if it is set.
	sweep func() error

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
	suite := &suiteProcess{}
	command, err := role(ctx, suiteName, config)
	if err != nil {
		return nil, err
	}
	command.Stderr = &suite.errors
	if config.Verbose {
		command.Stdout, command.Stderr = os.Stderr, os.Stderr
	}
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
	if config.Profile != Static {
		suite.sweep = func() error {
			sweeper, err := role(ctx, sweepName, config)
			if err != nil {
				return err
			}
			if err := startLocked(sweeper); err != nil {
				return err
			}
			return sweeper.Wait()
		}
	}
	return suite, nil
}
