// Package conformance judges sandbox images, the first container of every
// Kubernetes pod, against the written specification in SPEC.md.
package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/podsandbox/pause/conformance/report"
)

// ErrInterrupted says that the context of Run was done before the run was.
var ErrInterrupted = errors.New("interrupted")

// Run judges images. It returns an error, of one line, for a Config that cannot be
// meant (*UsageError), for an engine that cannot be used, when the context is done
// (ErrInterrupted), and when something could not be removed from the engine; in the last two cases there
// is a report all the same, of what was judged by then. An image that cannot be judged
// is part of the report.
//
// The specs run in a process of their own, started from this very program, since
// Ginkgo runs its specs once in a process, and since each of both cleans up when the
// other one is killed. This program is the probe in the pods as well, so it has to be linked
// statically (CGO_ENABLED=0) unless the profile is Static.
func Run(ctx context.Context, config Config) (report.Report, error) {
	if err := config.complete(); err != nil {
		return report.Report{}, err
	}
	suite, err := start(ctx, config)
	if err != nil {
		return report.Report{}, fmt.Errorf("start the suite: %w", err)
	}
	defer suite.events.Close()
	outcome, err := follow(ctx, suite.events, config.Progress)
	end := suite.wait()
	if suite.translate != nil {
		suite.translate(&outcome.Report)
	}
	if err != nil {
		err = suite.exitError(end)
		if suite.sweep != nil {
			_ = suite.sweep() // the next run does it otherwise
		}
	} else if outcome.Error != "" {
		err = errors.New(outcome.Error)
	}
	if ctx.Err() != nil {
		outcome.Report.Interrupted = true
		if err == nil || len(outcome.Report.Subjects) == 0 {
			err = fmt.Errorf("%w: %w", ErrInterrupted, context.Cause(ctx))
		}
	}
	return outcome.Report, err
}

// event is a message of the suite's process: progress, and at last an outcome.
type event struct {
	Progress *Progress `json:",omitempty"`
	Outcome  *outcome  `json:",omitempty"`
}

type outcome struct {
	Report report.Report
	Error  string
}

// follow reads events until the outcome. There is no progress after an interrupt.
func follow(ctx context.Context, events io.Reader, progress func(Progress)) (outcome, error) {
	decoder := json.NewDecoder(events)
	for {
		var next event
		if err := decoder.Decode(&next); err != nil {
			return outcome{}, err
		}
		if next.Outcome != nil {
			return *next.Outcome, nil
		}
		if next.Progress != nil && progress != nil && ctx.Err() == nil {
			progress(*next.Progress)
		}
	}
}
