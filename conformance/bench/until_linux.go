package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// patience is for what takes milliseconds on a machine with nothing else to do.
const patience = time.Minute

// patiently looks once in a millisecond.
func patiently() { time.Sleep(time.Millisecond) }

// precisely looks all the time that no other program, the measured one above
// all, has a use for the processor.
func precisely() { unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }

// until looks whether something is done, again and again. It is an error when
// that takes longer than the limit.
func until(ctx context.Context, limit time.Duration, pause func(), done func() (bool, error)) error {
	for begin := time.Now(); ; pause() {
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
