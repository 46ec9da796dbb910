package main_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const warning = "Warning: pause should be the first process"

// startElsewhere starts the program where it is not PID 1, as in a pod with
// hostPID. Its process group is not orphaned, so that it can be stopped.
func startElsewhere(t *testing.T, args ...string) *process {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return startProcess(t, cmd)
}

func TestElsewhereThanAsPID1TakesSignals(t *testing.T) {
	for signal := syscall.Signal(1); signal <= lastSignal; signal++ {
		t.Run(signalName(signal), func(t *testing.T) {
			t.Parallel()
			p := startElsewhere(t)
			p.settle()
			switch signal {
			case syscall.SIGINT, syscall.SIGTERM:
				p.ends(signal, warning)
				return
			case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
				p.signal(signal)
				p.stopsAndGoesOn()
			case syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH:
				p.signal(signal)
			default:
				p.signal(signal)
				p.exits("signal: " + signal.String())
				p.said(warning)
				return
			}
			p.ends(syscall.SIGTERM, warning)
		})
	}
}

// A full pipe holds the program in its start-up, at its warning, until the test
// reads on.
func TestTakesSIGTERMWhileItIsSetUp(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	size, err := unix.FcntlInt(write.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Stderr = write
	p := startProcess(t, cmd)
	p.settle()
	p.signal(syscall.SIGTERM)
	if _, err := read.Read(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	p.exits("exit status 0")
}
