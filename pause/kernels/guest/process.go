package guest

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/pause/kernels/console"
)

// run runs the command to its end, and writes what it prints as frames.
func (c Command) run(writer *console.Writer) (console.ExitReport, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return console.ExitReport{}, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return console.ExitReport{}, err
	}
	dir := c.Dir
	if dir == "" {
		dir = "/"
	}
	pid, err := syscall.ForkExec(c.Args[0], c.Args, &syscall.ProcAttr{
		Dir: dir, Env: c.Env, Files: []uintptr{null.Fd(), write.Fd(), write.Fd()},
	})
	if err != nil {
		return console.ExitReport{}, fmt.Errorf("start %s: %w", c.Args[0], err)
	}
	write.Close()
	late := make(chan struct{})
	timer := time.AfterFunc(c.Timeout, func() {
		close(late)
		_ = unix.Kill(-1, unix.SIGKILL) // everything but this process
	})
	printed := make(chan error, 1)
	go func() { printed <- writeOutput(writer, read) }()
	status, err := wait(pid)
	if err != nil {
		return console.ExitReport{}, err
	}
	timer.Stop()
	// A process that outlives the command may hold the pipe open.
	_ = unix.Kill(-1, unix.SIGKILL)
	if err := <-printed; err != nil {
		return console.ExitReport{}, err
	}
	report := console.ExitReport{Status: status.ExitStatus()}
	if status.Signaled() {
		report.Status = 128 + int(status.Signal())
	}
	select {
	case <-late:
		return report, fmt.Errorf("%s is still there after %s by the machine's clock", c.Args[0], c.Timeout)
	default:
		return report, nil
	}
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

func writeOutput(writer *console.Writer, read io.Reader) error {
	buffer := make([]byte, 32<<10)
	for {
		n, err := read.Read(buffer)
		if n > 0 {
			if err := writer.Write(console.Output, buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
