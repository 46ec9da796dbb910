package engine

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Status returns the exit status of a process that has ended, or UnknownStatus where
// the kernel does not tell: Linux does since 6.15 (PIDFD_INFO_EXIT), once the parent
// has waited for the process.
func (p *Process) Status() (status int) {
	connection, err := p.pidfd.SyscallConn()
	if err != nil {
		return UnknownStatus
	}
	status = UnknownStatus
	_ = connection.Control(func(descriptor uintptr) {
		for range 200 {
			info := unix.PidfdInfo{Mask: unix.PIDFD_INFO_EXIT}
			err := unix.IoctlPidfdInfo(int(descriptor), &info)
			if err == nil && info.Mask&unix.PIDFD_INFO_EXIT != 0 {
				status = ExitStatus(unix.WaitStatus(info.Exit_code))
				return
			}
			if err != nil && !errors.Is(err, unix.EINTR) {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	return status
}

// Ended tells whether the process has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.end:
		return true
	default:
		return false
	}
}

// ExitStatus is the status as Exit has it.
func ExitStatus(status unix.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
