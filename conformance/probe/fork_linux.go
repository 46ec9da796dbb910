package probe

import (
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
	end     int         // the status that it exits with, or less than 0: the signal that ends it
	id      int32       // that it has, or 0 for any
	calls   *systemCall // all that it does, or nil where it must be forked
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

// crash ends the process by the signal, without a core file.
//
//go:nosplit
func crash(signal uintptr) {
	syscall.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0, 0)
	self, _, _ := syscall.RawSyscall(unix.SYS_GETPID, 0, 0, 0)
	syscall.RawSyscall(unix.SYS_KILL, self, signal, 0)
}

// dropHandlers gives each signal its default action. The handlers of this program need its
// scheduler.
//
//go:nosplit
func dropHandlers() {
	var defaultAction [16]uint64 // larger than the kernel's struct sigaction anywhere
	for signal := uintptr(1); signal <= 64; signal++ {
		syscall.RawSyscall6(unix.SYS_RT_SIGACTION, signal, uintptr(unsafe.Pointer(&defaultAction)), 0, 8, 0, 0)
	}
}

// start starts the child and returns its id.
//
//go:nosplit
func (c *child) start() (int, syscall.Errno) {
	var id int
	var errno syscall.Errno
	if c.calls != nil {
		if id, errno = c.spawn(); errno != unix.EINVAL {
			return id, errno
		}
	}
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
