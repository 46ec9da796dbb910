package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestAPauseThatIsRefusedIsTriedAgain(t *testing.T) {
	refusal := errors.New("unable to freeze")
	for name, c := range map[string]struct {
		refusals  int
		err       error
		isRunning bool
		attempts  int
		want      error
	}{
		"twice":             {2, refusal, true, 3, nil},
		"always":            {1000, refusal, true, pauseAttempts, refusal},
		"of what has ended": {2, refusal, false, 1, refusal},
		"by a lost engine":  {2, &LostError{refusal}, true, 1, refusal},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				pause := func(context.Context) error {
					attempts++
					if attempts <= c.refusals {
						return c.err
					}
					return nil
				}
				err := Pause(t.Context(), pause, func(context.Context) bool { return c.isRunning })
				if !errors.Is(err, c.want) || attempts != c.attempts {
					t.Errorf("%v after %d attempts, want %v after %d", err, attempts, c.want, c.attempts)
				}
			})
		})
	}
}
