package oci

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// process is the first process of a container. It is a child of this program once the
// runtime has exited.
type process struct {
	pid    int
	handle *engine.Process
	end    chan struct{}
	exit   engine.Exit // once end is closed
}

func openProcess(pid int) (*process, error) {
	handle, err := engine.OpenProcess(pid)
	if err != nil {
		return nil, err
	}
	p := &process{pid: pid, handle: handle, end: make(chan struct{})}
	go p.watch()
	return p, nil
}

// watch waits for this process alone: the other children of the program are waited for
// elsewhere.
func (p *process) watch() {
	defer close(p.end)
	defer p.handle.Close()
	p.exit = engine.Exit{Status: engine.UnknownStatus}
	p.exit.Time, _ = p.handle.Wait(context.Background())
	for {
		var status unix.WaitStatus
		_, err := unix.Wait4(p.pid, &status, 0, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err == nil {
			p.exit.Status = engine.ExitStatus(status)
		}
		return
	}
}

// signal sends a signal. The error is ESRCH where the process has ended: watch closes the
// handle then.
func (p *process) signal(signal unix.Signal) error {
	err := p.handle.Signal(signal)
	if errors.Is(err, os.ErrClosed) {
		err = unix.ESRCH
	}
	if err != nil {
		return fmt.Errorf("send %s: %w", unix.SignalName(signal), err)
	}
	return nil
}

func (p *process) ended() bool {
	select {
	case <-p.end:
		return true
	default:
		return false
	}
}

func (p *process) wait(ctx context.Context) (engine.Exit, error) {
	select {
	case <-p.end:
		return p.exit, nil
	case <-ctx.Done():
		return engine.Exit{}, context.Cause(ctx)
	}
}
