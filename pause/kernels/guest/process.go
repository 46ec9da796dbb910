package guest

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/pause/kernels/console"
)

// run runs the command to its end, and writes what it prints as frames.
func (c Command) run(writer *console.Writer) (console.ExitReport, error) {
	streams, err := c.open(writer)
	if err != nil {
		return console.ExitReport{}, err
	}
	dir := c.Dir
	if dir == "" {
		dir = "/"
	}
	pid, err := syscall.ForkExec(c.Path, c.Args, &syscall.ProcAttr{Dir: dir, Env: c.Env, Files: streams.descriptors()})
	if err != nil {
		return console.ExitReport{}, fmt.Errorf("start %s: %w", c.Path, err)
	}
	var late atomic.Bool
	timer := time.AfterFunc(c.Timeout, func() {
		late.Store(true)
		_ = unix.Kill(-1, unix.SIGKILL) // everything but this process
	})
	status, err := wait(pid)
	if err != nil {
		return console.ExitReport{}, err
	}
	timer.Stop()
	// A process that outlives the command may hold a pipe open.
	_ = unix.Kill(-1, unix.SIGKILL)
	if err := streams.close(); err != nil {
		return console.ExitReport{}, err
	}
	report := console.ExitReport{Status: status.ExitStatus()}
	if status.Signaled() {
		report.Status = 128 + int(status.Signal())
	}
	if late.Load() {
		return report, fmt.Errorf("%s is still there after %s by the machine's clock", c.Path, c.Timeout)
	}
	return report, nil
}

// wait waits for the process, and reaps every orphan of the machine meanwhile.
func wait(pid int) (syscall.WaitStatus, error) {
	for {
		var status syscall.WaitStatus
		switch child, err := syscall.Wait4(-1, &status, 0, nil); {
		case err == syscall.EINTR:
		case err != nil:
			return status, os.NewSyscallError("wait4", err)
		case child == pid:
			return status, nil
		}
	}
}
