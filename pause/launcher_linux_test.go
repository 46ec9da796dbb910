package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// launch is how PID 1 becomes the program under test.
type launch struct {
	// Path is the program's. Without one, PID 1 stays an init that reaps nothing.
	Path string
	Argv []string

	// Leftovers is the number of dead children that PID 1 has from before.
	Leftovers int

	// Circumstance names what else PID 1 finds.
	Circumstance string

	// Filter is the seccomp program that only the program under test is under.
	Filter []unix.SockFilter
}

// asPause is the launch of the program for this machine.
func asPause() launch { return launch{Path: program, Argv: []string{"/pause"}} }

// launcher is PID 1 until it executes what it was told to, and leaves an agent
// in the sandbox.
func launcher(args []string) error {
	if os.Getpid() != 1 {
		return errors.New("launcher: not PID 1: an agent could kill the machine")
	}
	runtime.LockOSThread()
	var l launch
	if err := json.Unmarshal([]byte(args[0]), &l); err != nil {
		return err
	}
	agent := play("agent")
	agent.ExtraFiles = []*os.File{os.NewFile(3, "agent")}
	if err := agent.Start(); err != nil {
		return err
	}
	for fd := 3; fd < 1024; fd++ { // with those that a shell has left open
		unix.CloseOnExec(fd)
	}
	if err := startDead(l.Leftovers); err != nil {
		return err
	}
	if l.Circumstance != "" {
		if err := arrange(l.Circumstance); err != nil {
			return err
		}
	}
	for l.Path == "" {
		_ = unix.Pause()
	}
	return l.exec()
}

// exec makes no system call of Go's runtime between filter and program.
func (l launch) exec() error {
	path, err := syscall.BytePtrFromString(l.Path)
	if err != nil {
		return err
	}
	argv, err := syscall.SlicePtrFromStrings(l.Argv)
	if err != nil {
		return err
	}
	env, err := syscall.SlicePtrFromStrings(os.Environ())
	if err != nil {
		return err
	}
	if len(l.Filter) > 0 {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
		filter := unix.SockFprog{Len: uint16(len(l.Filter)), Filter: &l.Filter[0]}
		if _, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&filter))); errno != 0 {
			return os.NewSyscallError("seccomp", errno)
		}
	}
	_, _, errno := unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&env[0])))
	return &os.PathError{Op: "exec", Path: l.Path, Err: errno}
}

// startDead starts children that end at once and that nobody waits for.
func startDead(count int) error {
	pids, err := startPauses(count, "-v")
	if err != nil {
		return err
	}
	for _, pid := range pids {
		if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
			return err
		}
	}
	return nil
}

// startPauses starts processes that are small, and that sleep or end at once:
// the program itself is one.
func startPauses(count int, args ...string) ([]int, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	files := []uintptr{null.Fd(), null.Fd(), null.Fd()}
	var pids []int
	for range count {
		pid, err := syscall.ForkExec(program, append([]string{"pause"}, args...), &syscall.ProcAttr{Files: files})
		if err != nil {
			return nil, fmt.Errorf("process %d of %d: %w", len(pids)+1, count, err)
		}
		pids = append(pids, pid)
	}
	return pids, nil
}
