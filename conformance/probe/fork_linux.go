package probe

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// A forked child of a Go program has one thread and no scheduler: the functions
// here that run in it must not grow the stack, allocate or be preempted, so they
// are nosplit and make raw system calls alone.

//go:nosplit
func fork() (int, syscall.Errno) {
	id, _, errno := syscall.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	return int(id), errno
}

//go:nosplit
func exit(status uintptr) {
	for {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, status, 0, 0)
	}
}

// offspring says how a forked child behaves.
type offspring struct {
	session bool // leads a session of its own
	waits   bool // for the end of the pipe, before it exits
	read    int
	write   int
	status  int // that it exits with
}

//go:nosplit
func (o *offspring) live() {
	if o.session {
		syscall.RawSyscall(unix.SYS_SETSID, 0, 0, 0)
	}
	if o.waits {
		var end [1]byte
		syscall.RawSyscall(unix.SYS_CLOSE, uintptr(o.write), 0, 0)
		readEnd(o.read, &end)
	}
	exit(uintptr(o.status))
}

// birth forks one and returns its id.
//
//go:nosplit
func (o *offspring) birth() (int, syscall.Errno) {
	child, errno := fork()
	if errno == 0 && child == 0 {
		o.live()
	}
	return child, errno
}

// abandon forks a parent that has count children and exits: they are orphans. If
// they do not wait, the parent outlives them, so that they are zombies before.
// It returns the parent's id.
//
//go:nosplit
func (o *offspring) abandon(count int) (int, syscall.Errno) {
	parent, errno := fork()
	if errno != 0 || parent != 0 {
		return parent, errno
	}
	for range count {
		child, errno := o.birth()
		if errno != 0 {
			exit(1)
		}
		if !o.waits {
			awaitZombie(child)
		}
	}
	exit(0)
	return 0, 0
}

// leave makes count orphans and returns when all have been re-parented.
func (o *offspring) leave(count int) error {
	parent, errno := o.abandon(count)
	if errno != 0 {
		return fmt.Errorf("fork: %w", errno)
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(parent, &status, 0, nil); err != nil {
		return fmt.Errorf("wait for the parent of the orphans: %w", err)
	}
	if status.ExitStatus() != 0 {
		return fmt.Errorf("the parent of %d orphans could not fork: is there a pids limit?", count)
	}
	return nil
}
