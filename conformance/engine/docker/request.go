package docker

import (
	"context"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/engine"
)

// transfer is how many times as long as another request one may take that moves a
// whole image.
const transfer = 10

// call sends one request. Its error is the loss of the engine where that caused it.
func call[Options, Result any](ctx context.Context, e *Engine, method func(context.Context, Options) (Result, error), options Options) (Result, error) {
	request, done := e.requests.Begin(ctx, 1)
	defer done()
	result, err := method(request, options)
	return result, e.lostOr(request, err)
}

// callOn is call for a request about one container, image or exec.
func callOn[Options, Result any](ctx context.Context, e *Engine, method func(context.Context, string, Options) (Result, error), id string, options Options) (Result, error) {
	return call(ctx, e, func(ctx context.Context, options Options) (Result, error) { return method(ctx, id, options) }, options)
}

// lostOr returns the loss of the engine in place of an error that it caused.
func (e *Engine) lostOr(request context.Context, err error) error {
	err = engine.LostOr(request, err)
	if err != nil && !engine.Lost(err) && connectionFailed(err) {
		return e.requests.Lose(err)
	}
	return err
}

func connectionFailed(err error) bool {
	return client.IsErrConnectionFailed(err) || errdefs.IsUnavailable(err)
}

// clock tells how far the engine's clock is ahead of this machine's.
type clock time.Duration

// clockOf reads the engine's time, just after it was asked for. Engines tell whole
// seconds and take a while: a small difference is none.
func clockOf(now string) clock {
	there, err := time.Parse(time.RFC3339Nano, now)
	if ahead := time.Until(there); err == nil && ahead.Abs() >= 3*time.Second {
		return clock(ahead)
	}
	return 0
}

// here is a moment of the engine's by this machine's clock, or zero where it tells none.
func (c clock) here(moment string) time.Time {
	there, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil || there.Year() < 1970 {
		return time.Time{}
	}
	return there.Add(-time.Duration(c))
}
