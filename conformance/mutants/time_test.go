package mutants_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"
)

// lastBatch is how much longer than TEST_UNTIL make test lets a batch take that has begun.
const lastBatch = 4 * time.Minute

// within skips what make test has no time to begin, and ends what it has no time to finish: on a
// machine that is many times slower than others, the whole takes more than an hour.
func within(t *testing.T) context.Context {
	t.Helper()
	seconds, err := strconv.ParseInt(os.Getenv("TEST_UNTIL"), 10, 64)
	if err != nil {
		return t.Context()
	}
	until := time.Unix(seconds, 0)
	if time.Now().After(until) {
		t.Skip("make test has begun too long ago: make test-all, or make mutants ONLY=name, judges it")
	}
	ctx, cancel := context.WithDeadline(t.Context(), until.Add(lastBatch))
	t.Cleanup(cancel)
	return ctx
}
