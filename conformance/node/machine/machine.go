// Package machine gives a test program a machine of its own: process, mount and
// network namespaces, directories and cgroups in which a node's daemons run with
// their ordinary settings. All of it goes with the program, however that ends.
package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// stage is the variable that tells a process of the test program what it is.
const stage = "PAUSE_NODE_STAGE"

// Run runs program on a machine of its own and returns its exit status, or runs it
// here where there is a reason not to: Lack says it.
//
// The test program starts itself twice. The first copy is PID 1 of the new
// namespaces and reaps; the second one runs program.
func Run(program func() int) int {
	switch os.Getenv(stage) {
	case "program":
		return program()
	case "init":
		return status(initialize())
	}
	if Lack() != "" {
		return program()
	}
	return status(isolate())
}

// isolate starts PID 1 of the machine and removes after it what namespaces do not
// take with them.
func isolate() (int, error) {
	before := state()
	dir, err := os.MkdirTemp("", "pause-node-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	group := newCgroup(dir)
	defer group.remove()
	if err := group.create(); err != nil {
		return 0, err
	}
	// The kernel kills the child when the thread ends that has started it.
	runtime.LockOSThread()
	command := itself("init", dir)
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
	}
	code, err := wait(command)
	if err != nil {
		return 0, fmt.Errorf("start a process in new namespaces: %w", err)
	}
	if err := errors.Join(group.remove(), os.RemoveAll(dir)); err != nil {
		return 0, fmt.Errorf("leave the machine as it was: %w", err)
	}
	return code, errors.Join(leftovers(dir), before.compare(state()))
}

// initialize is PID 1 of the machine: orphans of containerd's shims become its children.
func initialize() (int, error) {
	if err := prepare(Dir()); err != nil {
		return 0, err
	}
	program := itself("program", Dir())
	if err := program.Start(); err != nil {
		return 0, err
	}
	for {
		var status unix.WaitStatus
		switch pid, err := unix.Wait4(-1, &status, 0, nil); {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, err
		case pid == program.Process.Pid && status.Exited():
			return status.ExitStatus(), nil
		case pid == program.Process.Pid:
			return 0, fmt.Errorf("the test program has ended by %v", status.Signal())
		}
	}
}

func itself(next, dir string) *exec.Cmd {
	// The terminal's signals reach the whole process group, and only the test
	// program acts on them. Ignoring them here would be inherited.
	signal.Notify(make(chan os.Signal, 1), unix.SIGINT, unix.SIGTERM)
	command := exec.Command("/proc/self/exe", os.Args[1:]...)
	command.Env = append(os.Environ(), stage+"="+next, directory+"="+dir)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	return command
}

func wait(command *exec.Cmd) (int, error) {
	err := command.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
}

func status(code int, err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		return 1
	}
	return code
}
