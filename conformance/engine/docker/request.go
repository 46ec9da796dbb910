package engine

import (
	"context"
	"fmt"
	"time"
)

// A silence is the end of an engine that takes requests and does not answer: one
// whose lock is never given back, as dockerd's may be, or whose disk is gone.
type silence struct{ after time.Duration }

func (s silence) Error() string {
	return fmt.Sprintf("the engine has not answered for %s: see what keeps it busy, or restart it", s.after)
}

// transfer is how many times as long as another request one may take that moves a
// whole image.
const transfer = 10

// While returns a context that ends with ctx, and when the engine is lost to silence.
func (e *Engine) While(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.alive, func() { cancel(context.Cause(e.alive)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// request returns a context for one request. The engine is lost when it is not done
// in time: whatever else waits for the engine ends then, and what is asked later fails.
func (e *Engine) request(ctx context.Context, times time.Duration) (context.Context, context.CancelFunc) {
	request, cancel := e.While(ctx)
	limit := times * e.patience
	timer := time.AfterFunc(limit, func() { e.lose(silence{limit}) })
	return request, func() {
		timer.Stop()
		cancel()
	}
}

func ask[Options, Result any](ctx context.Context, e *Engine, call func(context.Context, Options) (Result, error), options Options) (Result, error) {
	request, done := e.request(ctx, 1)
	defer done()
	result, err := call(request, options)
	return result, because(request, err)
}

// askOf asks of one container, image or exec.
func askOf[Options, Result any](ctx context.Context, e *Engine, call func(context.Context, string, Options) (Result, error), id string, options Options) (Result, error) {
	return ask(ctx, e, func(ctx context.Context, options Options) (Result, error) { return call(ctx, id, options) }, options)
}

// because puts the loss of the engine in the place of an error that came of it.
func because(request context.Context, err error) error {
	if cause, lost := context.Cause(request).(silence); lost && err != nil {
		return cause
	}
	return err
}
