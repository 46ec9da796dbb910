package pods

import (
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// KillParent ends the conmon of CRI-O. containerd ends a container whose shim has ended.
func (s *sandbox) KillParent(context.Context) error {
	parent, name, err := s.parent()
	if err != nil {
		return err
	}
	if name != "conmon" {
		return engine.Unsupported("the runtime ends a container itself when its shim has ended")
	}
	if err := unix.Kill(parent, unix.SIGKILL); err != nil {
		return fmt.Errorf("kill conmon, process %d: %w", parent, err)
	}
	return nil
}

// parent returns the parent of the sandbox's process, and its name, see proc_pid_status(5).
func (s *sandbox) parent() (pid int, name string, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		return 0, "", fmt.Errorf("find the parent of the sandbox: %w", err)
	}
	_, text, _ := strings.Cut(string(status), "\nPPid:")
	if _, err := fmt.Sscan(text, &pid); err != nil {
		return 0, "", fmt.Errorf("find the parent of the sandbox: %w", err)
	}
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return pid, strings.TrimSpace(string(comm)), err
}
