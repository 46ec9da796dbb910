package engine

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Process is a process of this machine that need not be this program's child. A pidfd
// holds it, so that its id cannot become another process's.
type Process struct {
	pidfd *os.File
	end   chan struct{}
	time  time.Time
}

// OpenProcess opens the process with the id. The caller makes sure, after that, that
// the id is still that of the process it means.
func OpenProcess(pid int) (*Process, error) {
	descriptor, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("open process %d: %w", pid, err)
	}
	p := &Process{pidfd: os.NewFile(uintptr(descriptor), "pidfd"), end: make(chan struct{})}
	go p.watch()
	return p, nil
}

// watch notes the end when the kernel tells it, which is when a pidfd can be read.
func (p *Process) watch() {
	defer close(p.end)
	connection, err := p.pidfd.SyscallConn()
	if err != nil {
		return
	}
	_ = connection.Read(func(descriptor uintptr) bool {
		ready, _ := unix.Poll([]unix.PollFd{{Fd: int32(descriptor), Events: unix.POLLIN}}, 0)
		return ready > 0
	})
	p.time = time.Now()
}

// Signal sends a signal to the process. The error is os.ErrClosed after Close, whose own
// error package os does not export.
func (p *Process) Signal(signal unix.Signal) (err error) {
	connection, err := p.pidfd.SyscallConn()
	if err != nil {
		return err
	}
	controlErr := connection.Control(func(descriptor uintptr) {
		err = unix.PidfdSendSignal(int(descriptor), signal, nil, 0)
	})
	if controlErr != nil {
		return os.ErrClosed
	}
	return err
}

// Wait waits for the end of the process, and returns its time.
func (p *Process) Wait(ctx context.Context) (time.Time, error) {
	select {
	case <-p.end:
		return p.time, nil
	case <-ctx.Done():
		return time.Time{}, context.Cause(ctx)
	}
}

// Close gives the descriptor back. Those that wait see an end.
func (p *Process) Close() error { return p.pidfd.Close() }
