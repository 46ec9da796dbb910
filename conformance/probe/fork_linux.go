package probe

import (
	"fmt"
	"syscall"
	"unsafe"

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

// cloneArguments are the start of the kernel's struct clone_args, see clone3(2).
type cloneArguments struct {
	flags, pidfd, childID, parentID, exitSignal, stack, stackSize, tls, setID, setIDSize uint64
}

// forkAs forks a child with the id, which takes CAP_SYS_ADMIN.
//
//go:nosplit
func forkAs(id int32) (int, syscall.Errno) {
	var arguments cloneArguments
	arguments.exitSignal = uint64(unix.SIGCHLD)
	arguments.setID, arguments.setIDSize = uint64(uintptr(unsafe.Pointer(&id))), 1
	child, _, errno := syscall.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&arguments)), unsafe.Sizeof(arguments), 0)
	return int(child), errno
}

//go:nosplit
func exit(status uintptr) {
	for {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, status, 0, 0)
	}
}

// child says how a forked child behaves.
type child struct {
	session bool // leads a session of its own
	waits   bool // for the end of the pipe, before it ends
	read    int
	write   int
	end     int   // the status that it exits with, or less than 0: the signal that ends it
	id      int32 // that it has, or 0 for any
}

//go:nosplit
func (c *child) live() {
	if c.session {
		syscall.RawSyscall(unix.SYS_SETSID, 0, 0, 0)
	}
	if c.waits {
		var end [1]byte
		for stream := uintptr(0); stream <= 2; stream++ { // the probe's end must show on them
			syscall.RawSyscall(unix.SYS_CLOSE, stream, 0, 0)
		}
		syscall.RawSyscall(unix.SYS_CLOSE, uintptr(c.write), 0, 0)
		readEnd(c.read, &end)
	}
	if c.end < 0 {
		crash(uintptr(-c.end))
	}
	exit(uintptr(c.end))
}

// crash ends the process by the signal, without a core file. This program's handler is
// not the child's.
//
//go:nosplit
func crash(signal uintptr) {
	var defaultAction [16]uint64 // larger than the kernel's struct sigaction anywhere
	syscall.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0, 0)
	syscall.RawSyscall6(unix.SYS_RT_SIGACTION, signal, uintptr(unsafe.Pointer(&defaultAction)), 0, 8, 0, 0)
	self, _, _ := syscall.RawSyscall(unix.SYS_GETPID, 0, 0, 0)
	syscall.RawSyscall(unix.SYS_KILL, self, signal, 0)
}

// start forks the child and returns its id.
//
//go:nosplit
func (c *child) start() (int, syscall.Errno) {
	var id int
	var errno syscall.Errno
	if c.id == 0 {
		id, errno = fork()
	} else {
		id, errno = forkAs(c.id)
	}
	if errno == 0 && id == 0 {
		c.live()
	}
	return id, errno
}

// orphan forks a parent that starts the children and exits. Children that do not wait
// are zombies before, for the parent outlives them. It returns the parent's id.
//
//go:nosplit
func orphan(children []child) (int, syscall.Errno) {
	parent, errno := fork()
	if errno != 0 || parent != 0 {
		return parent, errno
	}
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
