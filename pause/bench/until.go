package main

import (
	"context"
	"fmt"
	"time"
)

const (
	// patience is for what takes milliseconds on a machine with nothing else to do.
	patience = time.Minute

	// How long until sleeps between two looks.
	precisely = 0
	patiently = time.Millisecond
)

// until looks whether something is done, again and again. It is an error when
// that takes longer than the limit.
func until(ctx context.Context, limit, pause time.Duration, done func() (bool, error)) error {
	for begin := time.Now(); ; time.Sleep(pause) {
		if over, err := done(); over || err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if time.Since(begin) > limit {
			return fmt.Errorf("not within %s", limit)
		}
	}
}
