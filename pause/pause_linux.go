package main

import "unsafe"

// Exit codes, with upstream's numbers where it has the same step. Every one but
// exitDone says that the sandbox could not be set up or held.
const (
	exitDone         = 0
	exitCannotBlock  = 1
	exitCannotIgnore = 3
	exitCannotWait   = 42
)

const (
	stdout = 1
	stderr = 2
)

// Signals, and the set of the two that end the sandbox; their numbers and the
// set's layout are the same on every platform.
const (
	sigInt     = 2
	sigTerm    = 15
	sigChild   = 17
	endSignals = 1<<(sigInt-1) | 1<<(sigTerm-1)
	sigSetSize = 8
)

const (
	setMask        = 2 // SIG_SETMASK
	ignore         = 1 // SIG_IGN
	anyChild       = ^uintptr(0)
	withoutWaiting = 1 // WNOHANG
	interrupted    = -4
)

// sigaction is the head of the kernel's, not libc's. With no handler to run, the
// kernel has no use for the mask, so its upper half on 32-bit platforms may be
// whatever follows on the stack: zeroing a longer variable calls the runtime.
type sigaction struct {
	handler, flags, restorer, mask uintptr
}

// run is called by start with the address of the argument vector and does not
// return: should exit_group be refused, as under a seccomp profile that lacks it
// (moby#40205), start goes on into an instruction that kills even PID 1.
//
//lint:ignore U1000 start calls it
//go:nosplit
func run(argv unsafe.Pointer) {
	syscall(sysExitGroup, uintptr(pause(argv)), 0, 0, 0)
}

// pause holds the sandbox until SIGINT or SIGTERM and returns the exit code.
//
//go:nosplit
func pause(argv unsafe.Pointer) int {
	if asksVersion(argv) {
		write(stdout, "pause "+version+"\n")
		return exitDone
	}
	// Blocked first, so that one sent right after start waits to be taken; to
	// PID 1 the kernel drops it otherwise. All others are left to their default
	// action, which for PID 1 is none.
	ends := uint64(endSignals)
	set := uintptr(unsafe.Pointer(&ends))
	if syscall(sysRtSigprocmask, setMask, set, 0, sigSetSize) != 0 {
		write(stderr, "pause: rt_sigprocmask refused: cannot take SIGINT and SIGTERM\n")
		return exitCannotBlock
	}
	// With SIGCHLD ignored the kernel reaps by itself: 20,000 orphans cost no
	// wake-up at all, against 19,800 for a wait loop, and no burst of coalesced
	// SIGCHLDs can be miscounted. POSIX asks it of every kernel, and qemu-user
	// and gVisor do it too. Only what ended before this line is left to wait for.
	var reap sigaction
	reap.handler = ignore
	if syscall(sysRtSigaction, sigChild, uintptr(unsafe.Pointer(&reap)), 0, sigSetSize) != 0 {
		write(stderr, "pause: rt_sigaction refused: cannot reap orphans\n")
		return exitCannotIgnore
	}
	for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
	}
	if syscall(sysGetpid, 0, 0, 0, 0) != 1 {
		write(stderr, "Warning: pause should be the first process\n")
	}
	for {
		switch int(syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)) {
		case sigInt:
			write(stderr, "Shutting down, got signal: Interrupt\n")
			return exitDone
		case sigTerm:
			write(stderr, "Shutting down, got signal: Terminated\n")
			return exitDone
		case interrupted: // by SIGCONT or a tracer
		default:
			write(stderr, "pause: rt_sigtimedwait refused: cannot wait for SIGINT and SIGTERM\n")
			return exitCannotWait
		}
	}
}

// asksVersion tells whether an argument is -v, in either case.
//
//go:nosplit
func asksVersion(argv unsafe.Pointer) bool {
	arg := (**[3]byte)(argv)
	if *arg == nil {
		return false
	}
	for {
		arg = (**[3]byte)(unsafe.Add(unsafe.Pointer(arg), unsafe.Sizeof(arg)))
		if *arg == nil {
			return false
		}
		// Read no further than the terminating zero.
		if a := *arg; a[0] == '-' && a[1]|0x20 == 'v' && a[2] == 0 {
			return true
		}
	}
}

// write makes one system call; that nobody may be listening is no concern.
//
//go:nosplit
func write(fd uintptr, line string) {
	syscall(sysWrite, fd, uintptr(unsafe.Pointer(unsafe.StringData(line))), uintptr(len(line)), 0)
}

// syscall makes a raw system call and returns what the kernel does: an error is
// its negated number.
//
//go:noescape
func syscall(number, a, b, c, d uintptr) uintptr

// start is where the kernel enters.
//
//lint:ignore U1000 the linker is told its name
func start()
