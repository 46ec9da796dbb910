package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
)

// The ways a check ends early, as panics.
type (
	failure     struct{ message string }
	notTestable struct{ reason string }
	broken      struct{ err error }
)

func (t *Trial) must(err error) {
	if err != nil {
		panic(broken{err})
	}
}

func (t *Trial) fail(expected, seen string) { panic(failure{expected + "\n" + seen}) }

func (t *Trial) outcome(ctx context.Context, check func(context.Context, *Trial)) (status report.Status, expected, seen string) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case failure:
			status = report.Fail
			expected, seen = told(end.message)
			if ctx.Err() != nil { // it waited for what nobody waits for any more
				status, seen = report.Error, fmt.Sprintf("%v: %s", context.Cause(ctx), seen)
			}
		case notTestable:
			status, seen = report.NotTestable, end.reason
		case broken:
			if status, seen = t.blame(ctx, end.err); status == report.Fail {
				expected = "the sandbox starts, and goes on while it is looked at"
			}
		default:
			status, seen = report.Error, fmt.Sprint("panic: ", end)
		}
	}()
	check(ctx, t)
	return report.Pass, "", ""
}

// blame tells what broke a check: the image, where its program could not be run
// or a sandbox has ended on its own, or the engine.
func (t *Trial) blame(ctx context.Context, err error) (report.Status, string) {
	t.sandboxes = slices.DeleteFunc(t.sandboxes, func(c *engine.Container) bool { return c == nil })
	var start *engine.StartError
	if errors.As(err, &start) {
		return report.Fail, "the sandbox does not start: " + start.Error()
	}
	// The engine may be slower to tell than a probe that ends with its sandbox.
	ending, cancel := context.WithTimeout(ctx, slack)
	defer cancel()
	ends := make(chan int, len(t.sandboxes))
	var asking sync.WaitGroup
	for _, sandbox := range t.sandboxes {
		if _, asked := t.askedToEnd.Load(sandbox.ID); asked {
			continue
		}
		asking.Go(func() {
			if status, running := sandbox.Ended(ending); running == nil {
				ends <- status
				cancel()
			}
		})
	}
	asking.Wait()
	select {
	case status := <-ends:
		return report.Fail, fmt.Sprintf("the sandbox has ended with status %d: %v", status, err)
	default:
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return report.Error, err.Error()
}
