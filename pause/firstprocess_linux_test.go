package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

const warning = "Warning: pause should be the first process"

// startElsewhere starts the program where it is not PID 1, as in a pod with
// hostPID. Its process group is not orphaned, so that it can be stopped.
func startElsewhere(t *testing.T, args ...string) *process {
	t.Helper()
	cmd := play("elsewhere", args...)
	cmd.Stderr = nil
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return startProcess(t, cmd)
}

// elsewhere becomes the program, with every signal at its default: what make starts
// ignores signals 32 and 33, which glibc's posix_spawn keeps for itself, and what
// nohup starts ignores SIGHUP.
func elsewhere(args []string) error {
	var byDefault [4]uintptr // the kernel's struct sigaction, with SIG_DFL
	for signal := uintptr(1); signal <= lastSignal; signal++ {
		_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, signal, uintptr(unsafe.Pointer(&byDefault)), 0, 8, 0, 0)
		if errno != 0 && signal != uintptr(unix.SIGKILL) && signal != uintptr(unix.SIGSTOP) {
			return fmt.Errorf("rt_sigaction of signal %d: %w", signal, errno)
		}
	}
	return syscall.Exec(program, append([]string{"pause"}, args...), nil)
}

func TestElsewhereThanAsPID1TakesSignals(t *testing.T) {
	for signal := syscall.Signal(1); signal <= lastSignal; signal++ {
		t.Run(signalName(signal), func(t *testing.T) {
			t.Parallel()
			p := startElsewhere(t)
			p.settle()
			switch signal {
			case syscall.SIGINT, syscall.SIGTERM:
				p.expectExitOn(signal, warning)
				return
			case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
				p.signal(signal)
				p.stopsAndGoesOn()
			case syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH:
				p.signal(signal)
			default:
				p.signal(signal)
				p.expectStatus("signal: " + signal.String())
				p.expectLines(warning)
				return
			}
			p.expectExitOn(syscall.SIGTERM, warning)
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
	p.expectStatus("exit status 0")
}
