package engine

import (
	"context"
	"time"
)

// pauseAttempts is how often a pause is tried: in version 1 of cgroups a runtime gives up
// on a program that runs all the time on a busy machine (runc#2791, runc#4388).
const pauseAttempts = 20

// Pause pauses a sandbox by its runtime, and tries again as long as that refuses and the sandbox
// runs. The error is that of the last attempt.
func Pause(ctx context.Context, pause func(context.Context) error, isRunning func(context.Context) bool) (err error) {
	for range pauseAttempts {
		err = pause(ctx)
		if err == nil || ctx.Err() != nil || Lost(err) || !isRunning(ctx) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
