package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// restWindow is how long a program must use no CPU time to count as at rest.
const restWindow = 20 * time.Millisecond

// start runs the command until it is at rest, and returns how long after its
// release it last used CPU time. That its signals and orphans are then seen to
// is for the caller to find out.
func start(ctx context.Context, command []string) (*sandbox, time.Duration, error) {
	s, err := hold(command)
	if err != nil {
		return nil, 0, err
	}
	from := time.Now()
	if err := s.release(); err != nil {
		s.kill()
		return nil, 0, err
	}
	ready, err := s.rest(ctx)
	if err != nil {
		s.kill()
		return nil, 0, fmt.Errorf("wait for it to be at rest: %w", err)
	}
	return s, ready.Sub(from), nil
}

// rest returns the time at which PID 1 last used CPU time, on any thread.
func (s *sandbox) rest(ctx context.Context) (time.Time, error) {
	last := time.Now()
	var total time.Duration
	err := until(ctx, patience, precisely, func() (bool, error) {
		now, err := s.cpu()
		if err != nil {
			return false, err
		}
		if now != total {
			total, last = now, time.Now()
		}
		if time.Since(last) < restWindow {
			return false, nil
		}
		// One that waits for a processor uses no CPU time either.
		return s.asleep()
	})
	return last, err
}

// end sends SIGTERM and returns how long PID 1 took to exit with 0.
func (s *sandbox) end(ctx context.Context) (time.Duration, error) {
	took, err := s.terminate(ctx)
	if err != nil {
		return 0, fmt.Errorf("end it with SIGTERM: %w", err)
	}
	return took, nil
}

func (s *sandbox) terminate(ctx context.Context) (time.Duration, error) {
	process, err := unix.PidfdOpen(s.pid, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(process)
	from := time.Now()
	if err := unix.Kill(s.pid, unix.SIGTERM); err != nil {
		return 0, err
	}
	// Asleep in between, to leave the processors to programs of several threads.
	err = until(ctx, patience, precisely, func() (bool, error) {
		const milliseconds = 100
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(process), Events: unix.POLLIN}}, milliseconds)
		if err == unix.EINTR {
			err = nil
		}
		return ready > 0, err
	})
	took := time.Since(from)
	if err != nil {
		return 0, err
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(s.pid, &status, 0, nil); err != nil {
		return 0, err
	}
	s.ended = true
	if status != 0 {
		return 0, fmt.Errorf("it ended with wait status %#x", uint32(status))
	}
	return took, nil
}
