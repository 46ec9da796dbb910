package probe

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// awaitZombie returns when the child has ended, and leaves it a zombie.
//
//go:nosplit
func awaitZombie(child int) {
	for {
		_, _, errno := syscall.RawSyscall6(unix.SYS_WAITID, unix.P_PID, uintptr(child), 0,
			unix.WEXITED|unix.WNOWAIT, 0, 0)
		if errno != unix.EINTR {
			return
		}
	}
}

// readEnd returns when every writing end of the pipe is closed.
//
//go:nosplit
func readEnd(descriptor int, buffer *[1]byte) {
	for {
		n, _, errno := syscall.RawSyscall(unix.SYS_READ, uintptr(descriptor), uintptr(unsafe.Pointer(buffer)), 1)
		if errno == 0 && n == 0 {
			return
		}
		if errno != 0 && errno != unix.EINTR {
			return
		}
	}
}
