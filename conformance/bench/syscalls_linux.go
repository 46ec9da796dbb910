package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// systemCalls counts those of all threads of PID 1 until it is at rest in the
// last of them.
func systemCalls(ctx context.Context, command []string) (int, error) {
	s, err := hold(command)
	if err != nil {
		return 0, err
	}
	defer s.kill()
	calls, err := s.trace(ctx)
	if err != nil {
		return 0, fmt.Errorf("count system calls: %w", err)
	}
	return calls, nil
}

func (s *sandbox) trace(ctx context.Context) (int, error) {
	// Forked children are not traced, and not counted.
	const options = unix.PTRACE_O_EXITKILL | unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE
	if err := unix.PtraceSetOptions(s.pid, options); err != nil {
		return 0, err
	}
	if err := unix.PtraceSyscall(s.pid, 0); err != nil {
		return 0, err
	}
	const systemCall = unix.SIGTRAP | 0x80
	inside := map[int]bool{} // of a system call, by thread
	calls, last := 0, time.Now()
	err := until(ctx, patience, precisely, func() (bool, error) {
		var status unix.WaitStatus
		thread, err := unix.Wait4(-1, &status, unix.WALL|unix.WNOHANG, nil)
		if err != nil {
			return false, err
		}
		if thread == 0 {
			if time.Since(last) < restWindow {
				return false, nil
			}
			return s.asleep()
		}
		last = time.Now()
		switch {
		case status.Stopped():
		case thread == s.pid:
			return false, errors.New("it ended by itself")
		default:
			return false, nil
		}
		signal := 0
		switch status.StopSignal() {
		case systemCall:
			inside[thread] = !inside[thread]
			if inside[thread] {
				calls++
			}
		case unix.SIGTRAP: // a new thread is announced
		case unix.SIGSTOP: // a new thread begins
		default:
			signal = int(status.StopSignal())
		}
		return false, unix.PtraceSyscall(thread, signal)
	})
	return calls, err
}
