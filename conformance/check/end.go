package check

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// limit is how long a signal may take to end the sandbox.
func (t *Trial) limit() time.Duration {
	if t.Emulated {
		return 5 * time.Second
	}
	return time.Second
}

// reportingDelay is how late an engine may be to tell of an end.
const reportingDelay = 5 * time.Second

// expectEndOn sends the signal from outside, and expects the end within the limit. It
// returns the exit status. The words say when, after the signal's name.
func (t *Trial) expectEndOn(ctx context.Context, sandbox engine.Sandbox, signal unix.Signal, words string) int {
	ensure(t.signal(ctx, sandbox, signal))
	return t.expectEnd(ctx, sandbox, unix.SignalName(signal)+words, t.limit())
}

// process is a sandbox or a container that ends.
type process interface {
	Wait(ctx context.Context) (engine.Exit, error)
}

// expectEnd expects the process to end within the limit from now on because of the
// cause, and returns its exit status. The engine may be slow to tell, so that the
// time of the end itself counts, where it is known.
func (t *Trial) expectEnd(ctx context.Context, process process, cause string, limit time.Duration) int {
	sent := time.Now()
	expected := fmt.Sprintf("it ends within %s of %s", limit, cause)
	waiting, cancel := context.WithTimeout(ctx, limit+reportingDelay)
	defer cancel()
	defer time.AfterFunc(limit, t.release).Stop()
	exit, err := process.Wait(waiting)
	if waiting.Err() != nil && ctx.Err() == nil {
		panic(failure{expected, fmt.Sprintf("it still runs after %s", time.Since(sent).Round(time.Second))})
	}
	ensure(err)
	took := time.Since(sent)
	if !exit.Time.IsZero() {
		took = exit.Time.Sub(sent)
	}
	if took > limit {
		panic(failure{expected, fmt.Sprintf("it has ended after %s", took.Round(time.Millisecond))})
	}
	return exit.Status
}

// expectStatus expects the exit status 0.
func expectStatus(status int, expected string) {
	switch status {
	case 0:
	case engine.UnknownStatus:
		panic(notTestable{"the engine does not tell the exit status of a sandbox"})
	default:
		panic(failure{expected, fmt.Sprintf("exit status %d", status)})
	}
}
