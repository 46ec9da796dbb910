package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega/types"
)

// The ways a check ends early, as panics.
type (
	failure struct {
		expectation, evidence string
		late                  bool // a busy machine may be its cause, and the controls were early by chance
	}
	notTestable struct{ reason string }
	suiteError  struct{ err error }
)

// ensure ends the check where the engine or the probe could not do what it was asked.
func ensure(err error) {
	if err != nil {
		panic(suiteError{err})
	}
}

// must is ensure for a call that returns a value.
func must[Value any](value Value, err error) Value {
	ensure(err)
	return value
}

// expect ends the check with a failure unless the matcher matches. The words say what
// is expected, as a format with its arguments.
func expect(actual any, matcher types.GomegaMatcher, words string, arguments ...any) {
	if !matches(actual, matcher) {
		panic(failure{expectation: fmt.Sprintf(words, arguments...), evidence: show(actual)})
	}
}

func matches(actual any, matcher types.GomegaMatcher) bool {
	ok, err := matcher.Match(actual)
	if err != nil {
		panic(suiteError{fmt.Errorf("compare %v: %w", actual, err)})
	}
	return ok
}

// show puts a value into words.
func show(value any) string {
	text := fmt.Sprint(value)
	if strings.TrimSpace(text) == "" || text == "[]" || text == "<nil>" {
		return "nothing"
	}
	return text
}

// count is a number of things, in words: "1 zombie", "2 zombies".
type count struct {
	number int
	noun   string
}

func (c count) String() string {
	if c.number == 1 {
		return "1 " + c.noun
	}
	return fmt.Sprintf("%d %ss", c.number, c.noun)
}

// patience is how long the suite waits for what has to happen at once: emulators
// and engines are slow at times.
const patience = 15 * time.Second

// pollEach is the time between one look and the next.
const pollEach = 20 * time.Millisecond

// eventually polls until the matcher matches, and fails after patience.
func eventually[Value any](ctx context.Context, t *Trial, poll func() Value, matcher types.GomegaMatcher, words string, arguments ...any) {
	eventuallyWithin(ctx, t, patience, poll, matcher, words, arguments...)
}

// eventuallyWithin has a limit of its own. What has not come about in a second will most
// likely not, and must not keep other checks waiting.
func eventuallyWithin[Value any](ctx context.Context, t *Trial, limit time.Duration, poll func() Value, matcher types.GomegaMatcher, words string, arguments ...any) {
	begin, pause := time.Now(), pollEach
	for {
		value := poll()
		if matches(value, matcher) {
			return
		}
		if waited := time.Since(begin); waited > limit {
			panic(failure{expectation: fmt.Sprintf(words, arguments...), evidence: fmt.Sprintf("%s, still after %s", show(value), waited.Round(time.Second))})
		} else if waited > time.Second {
			t.release()
			pause = 10 * pollEach
		}
		sleep(ctx, pause)
	}
}

func sleep(ctx context.Context, wait time.Duration) {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		panic(suiteError{context.Cause(ctx)})
	}
}

// sleepWithoutSlot leaves the engine to other checks while this one waits for nothing
// to happen. What the check does afterwards is little, and does not queue again.
func (t *Trial) sleepWithoutSlot(ctx context.Context, wait time.Duration) {
	t.release()
	sleep(ctx, wait)
}
