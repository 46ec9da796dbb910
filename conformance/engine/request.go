package engine

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// DefaultRequestTimeout is for each request to an engine where its options set none.
const DefaultRequestTimeout = time.Minute

// Requests limits the time of every request to an engine. An engine that does not
// answer in time is lost: dockerd may never give a lock back, or a disk may be gone.
type Requests struct {
	limit  time.Duration
	alive  context.Context
	lose   context.CancelCauseFunc
	silent atomic.Bool
}

// NewRequests returns Requests whose limit is for one request.
func NewRequests(limit time.Duration) *Requests {
	alive, lose := context.WithCancelCause(context.Background())
	return &Requests{limit: limit, alive: alive, lose: lose}
}

// Again returns Requests to clean up with: an engine that was gone may be back by then. One that has not
// answered is not asked again.
func (r *Requests) Again() *Requests {
	if r.silent.Load() {
		return r
	}
	return NewRequests(r.limit)
}

// Alive is done when the engine is lost.
func (r *Requests) Alive() context.Context { return r.alive }

// Lose ends every request, and returns the loss of the engine for the reason. Where it is lost already, it
// returns that loss.
func (r *Requests) Lose(reason error) error {
	r.lose(&LostError{reason})
	return context.Cause(r.alive)
}

// Begin returns a context for one request that may take the limit times as long. The
// engine is lost when done is not called in time: every request that waits ends
// then, and every later one fails.
func (r *Requests) Begin(ctx context.Context, times time.Duration) (request context.Context, done func()) {
	request, cancel := UntilLost(ctx, r.alive)
	limit := times * r.limit
	timer := time.AfterFunc(limit, func() {
		r.silent.Store(true)
		_ = r.Lose(fmt.Errorf("the engine has not answered for %s: see what keeps it busy, or restart it", limit))
	})
	return request, func() {
		timer.Stop()
		cancel()
	}
}

// LostOr returns the loss of the engine in place of an error that the loss caused.
func LostOr(request context.Context, err error) error {
	if cause := context.Cause(request); err != nil && Lost(cause) {
		return cause
	}
	return err
}

// UntilLost returns a context that ends with ctx, and when alive is done.
func UntilLost(ctx, alive context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(alive, func() { cancel(context.Cause(alive)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}
