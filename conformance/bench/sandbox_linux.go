package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

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
	s := &sandbox{pid: pid}
	var status unix.WaitStatus
	if _, err := unix.Wait4(pid, &status, 0, nil); err != nil || !status.Stopped() {
		s.kill()
		return nil, fmt.Errorf("start: it did not stop at exec (%#x, %v)", uint32(status), err)
	}
	return s, nil
}

// release lets a held program run.
func (s *sandbox) release() error {
	if err := unix.PtraceDetach(s.pid); err != nil {
		return fmt.Errorf("detach: %w", err)
	}
	return nil
}

// kill ends the whole namespace, if that has not happened yet.
func (s *sandbox) kill() {
	if s.ended || unix.Kill(s.pid, unix.SIGKILL) != nil {
		return
	}
	// A traced process is not done before each of its threads has been waited for.
	for {
		var status unix.WaitStatus
		one, err := unix.Wait4(-1, &status, unix.WALL, nil)
		if err != nil && err != unix.EINTR || one == s.pid && !status.Stopped() {
			return
		}
	}
}
