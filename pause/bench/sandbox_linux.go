package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// restWindow is how long a program must use no CPU time to count as at rest.
const restWindow = 20 * time.Millisecond

// sandbox is a program as PID 1 of a fresh PID namespace.
type sandbox struct {
	pid   int
	ended bool
}

// hold starts the command and stops it before its first instruction, for the
// thread that calls it.
func hold(command []string) (*sandbox, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	pid, err := syscall.ForkExec(command[0], command, &syscall.ProcAttr{
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys: &syscall.SysProcAttr{
			Cloneflags: unix.CLONE_NEWPID,
			Pdeathsig:  unix.SIGKILL,
			Ptrace:     true,
			Setpgid:    true, // the terminal's Ctrl-C is for the bench alone
		},
	})
	if errors.Is(err, unix.EPERM) {
		return nil, fmt.Errorf("make a PID namespace: %w; run as root, or under unshare -Ur", err)
	}
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	held := &sandbox{pid: pid}
	var status unix.WaitStatus
	if _, err := unix.Wait4(pid, &status, 0, nil); err != nil || !status.Stopped() {
		held.kill()
		return nil, fmt.Errorf("start: it did not stop at exec (%#x, %v)", uint32(status), err)
	}
	return held, nil
}

// release lets a held program run.
func (s *sandbox) release() error {
	if err := unix.PtraceDetach(s.pid); err != nil {
		return fmt.Errorf("detach: %w", err)
	}
	return nil
}

// start runs the command until it is at rest, and returns how long after its
// release it last used CPU time. That its signals and orphans are then seen to
// is for the caller to find out.
func start(ctx context.Context, command []string) (*sandbox, time.Duration, error) {
	started, err := hold(command)
	if err != nil {
		return nil, 0, err
	}
	from := time.Now()
	if err := started.release(); err != nil {
		started.kill()
		return nil, 0, err
	}
	ready, err := started.rest(ctx)
	if err != nil {
		started.kill()
		return nil, 0, fmt.Errorf("wait for it to be at rest: %w", err)
	}
	return started, ready.Sub(from), nil
}

// rest returns the time at which PID 1 last used CPU time, on any thread.
func (s *sandbox) rest(ctx context.Context) (time.Time, error) {
	last := time.Now()
	var used time.Duration
	err := until(ctx, patience, precisely, func() (bool, error) {
		now, err := s.cpu()
		if err != nil {
			return false, err
		}
		if now != used {
			used, last = now, time.Now()
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
	var status unix.WaitStatus
	from := time.Now()
	err := unix.Kill(s.pid, unix.SIGTERM)
	if err == nil {
		err = until(ctx, patience, precisely, func() (bool, error) {
			gone, err := unix.Wait4(s.pid, &status, unix.WNOHANG, nil)
			s.ended = gone == s.pid
			return s.ended, err
		})
	}
	took := time.Since(from)
	if err == nil && status != 0 {
		err = fmt.Errorf("it ended with wait status %#x", uint32(status))
	}
	if err != nil {
		return 0, fmt.Errorf("end it with SIGTERM: %w", err)
	}
	return took, nil
}

// kill ends the whole namespace, if that has not happened yet.
func (s *sandbox) kill() {
	if s.ended {
		return
	}
	unix.Kill(s.pid, unix.SIGKILL)
	// A traced process is not done before each of its threads has been waited for.
	for {
		var status unix.WaitStatus
		one, err := unix.Wait4(-1, &status, unix.WALL, nil)
		if err != nil && err != unix.EINTR || one == s.pid && !status.Stopped() {
			break
		}
	}
	s.ended = true
}
