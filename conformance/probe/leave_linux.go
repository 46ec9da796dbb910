package probe

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// orphan forks a parent that starts the children and exits. Children that do not wait
// are zombies before, for the parent outlives them. It returns the parent's id.
//
//go:nosplit
func orphan(children []child) (int, syscall.Errno) {
	parent, errno := fork()
	if errno != 0 || parent != 0 {
		return parent, errno
	}
	dropHandlers()
	// A child that is stopped before it has closed the writing end keeps the others from
	// their end.
	if len(children) > 0 && children[0].waits {
		syscall.RawSyscall(unix.SYS_CLOSE, uintptr(children[0].write), 0, 0)
	}
	for i := range children {
		id, errno := children[i].start()
		if errno != 0 {
			exit(uintptr(errno))
		}
		if !children[i].waits {
			awaitZombie(id)
		}
	}
	exit(0)
	return 0, 0
}

// leave makes the children orphans, and returns when all have been re-parented.
func leave(children []child) error {
	addCalls(children)
	parent, errno := orphan(children)
	if errno != 0 {
		return fmt.Errorf("fork: %w", errno)
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(parent, &status, 0, nil); err != nil {
		return fmt.Errorf("%s: wait for the parent of the orphans: %w", Interference, err)
	}
	switch {
	case status.Signaled():
		return fmt.Errorf("%s: the parent of the orphans has ended by signal %d", Interference, status.Signal())
	case status.ExitStatus() != 0:
		return fmt.Errorf("the parent of %d orphans cannot fork: %w", len(children), syscall.Errno(status.ExitStatus()))
	}
	return nil
}
