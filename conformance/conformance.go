// Package conformance judges sandbox images, the first container of every
// Kubernetes pod, against the written specification in SPEC.md.
package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/podsandbox/pause/conformance/report"
)

// Run judges images. It returns an error, of one line, for a Config that cannot be
// meant (*UsageError), for an engine that cannot be used, when the context is done,
// and when something could not be removed from the engine; in the last case there
// is a report all the same. An image that cannot be judged is part of the report.
//
// The specs run in a process of their own, started from this very program, since
// Ginkgo runs its specs once in a process, and since it is what is left to clean
// up when this one is killed. This program is the probe in the pods as well, so it
// has to be linked statically (CGO_ENABLED=0) unless the profile is Static.
func Run(ctx context.Context, config Config) (report.Report, error) {
	if err := config.complete(); err != nil {
		return report.Report{}, err
	}
	input, err := json.Marshal(config)
	if err != nil {
		return report.Report{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return report.Report{}, err
	}
	events, output, err := os.Pipe()
	if err != nil {
		return report.Report{}, err
	}
	defer events.Close()
	var complaints bytes.Buffer
	suite := exec.CommandContext(ctx, program)
	suite.Args = []string{suiteName}
	suite.Stdin = bytes.NewReader(input)
	suite.Stderr = &complaints
	if config.Verbose {
		suite.Stdout, suite.Stderr = os.Stderr, os.Stderr
	}
	suite.ExtraFiles = []*os.File{output}
	// It gets its own time to clean up, on Ctrl-C as well.
	suite.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	suite.Cancel = func() error { return suite.Process.Signal(syscall.SIGTERM) }
	suite.WaitDelay = time.Minute
	err = startLocked(suite)
	output.Close()
	if err != nil {
		return report.Report{}, fmt.Errorf("start the suite: %w", err)
	}
	outcome, err := follow(events, config.Progress)
	if waitErr := suite.Wait(); err != nil {
		err = errors.Join(fmt.Errorf("the suite ended without a report: %w", waitErr), errors.New(lastLine(complaints.String())))
	}
	if ctx.Err() != nil {
		return outcome.Report, fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	if err != nil {
		return report.Report{}, err
	}
	if outcome.Error != "" {
		return outcome.Report, errors.New(outcome.Error)
	}
	return outcome.Report, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// event is what the suite's process tells: progress, and at last an outcome.
type event struct {
	Progress *Progress `json:",omitempty"`
	Outcome  *outcome  `json:",omitempty"`
}

type outcome struct {
	Report report.Report
	Error  string
}

func follow(events *os.File, progress func(Progress)) (outcome, error) {
	decoder := json.NewDecoder(events)
	for {
		var next event
		if err := decoder.Decode(&next); err != nil {
			return outcome{}, err
		}
		if next.Outcome != nil {
			return *next.Outcome, nil
		}
		if next.Progress != nil && progress != nil {
			progress(*next.Progress)
		}
	}
}
