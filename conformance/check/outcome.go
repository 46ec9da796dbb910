package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
)

func (t *Trial) outcome(ctx context.Context, check func(context.Context, *Trial)) (status report.Status, expectation, evidence string) {
	defer func() {
		switch end := recover().(type) {
		case nil:
			return
		case failure:
			t.busy = end.late
			status, expectation, evidence = report.Fail, end.expectation, end.evidence
		case notTestable:
			status, evidence = report.NotTestable, end.reason
		case suiteError:
			t.busy = errors.Is(end.err, errBusy)
			if status, evidence = t.attribute(ctx, end.err); status == report.Fail {
				expectation = "the sandbox starts, and goes on while it is looked at"
			}
		default:
			status, evidence = report.Error, fmt.Sprint("panic: ", end)
		}
		// What comes when nobody waits any more is no verdict: an engine may be late as well.
		if cause := context.Cause(ctx); cause != nil {
			status = report.Error
			if !strings.Contains(evidence, cause.Error()) {
				evidence = cause.Error() + ": " + evidence
			}
		}
	}()
	check(ctx, t)
	return report.Pass, "", ""
}

// attribute tells whose an error is: the engine's, where it is lost or cannot do what was asked;
// the image's, where its program could not be run or a sandbox has ended on its own; or
// the suite's.
func (t *Trial) attribute(ctx context.Context, err error) (report.Status, string) {
	if engine.Lost(err) {
		return report.Error, err.Error()
	}
	if unsupported := new(engine.UnsupportedError); errors.As(err, &unsupported) {
		return report.NotTestable, unsupported.Reason
	}
	if start := new(engine.StartError); errors.As(err, &start) {
		return report.Fail, "the sandbox does not start: " + start.Error()
	}
	if exit, ended := t.unaskedEnd(ctx); ended {
		return report.Fail, fmt.Sprintf("the sandbox has ended with %s: %v", exit, err)
	}
	if seen := t.interference(ctx, err); seen != "" {
		return report.Fail, seen
	}
	return report.Error, err.Error()
}

// unaskedEnd returns the end of a sandbox that no signal of the suite has ended. The engine
// may be slower to tell of it than a probe that ends with its sandbox.
func (t *Trial) unaskedEnd(ctx context.Context) (exit engine.Exit, ended bool) {
	window, cancel := context.WithTimeout(ctx, reportingDelay)
	defer cancel()
	exits := make(chan engine.Exit, len(t.sandboxes))
	var group sync.WaitGroup
	for _, sandbox := range t.sandboxes {
		if _, ending := t.askedToEnd.Load(sandbox); ending {
			continue
		}
		group.Go(func() {
			if exit, err := sandbox.Wait(window); err == nil {
				exits <- exit
				cancel()
			}
		})
	}
	group.Wait()
	select {
	case exit := <-exits:
		return exit, true
	default:
		return engine.Exit{}, false
	}
}
