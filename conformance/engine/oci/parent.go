package oci

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// parentName is the name of a process that acts for a sandbox as a runtime's shim does: it
// runs the runtime, and becomes the parent of what the runtime makes.
const parentName = "pause-conformance-parent"

// IsParent tells whether this process was started as the parent of a sandbox.
func IsParent() bool { return os.Args[0] == parentName }

// RunParent runs the command of its arguments, writes the exit status of it to descriptor
// 3, and lives as long as a descendant does.
func RunParent() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return err
	}
	// The kernel sends the signal of a parent's death when its thread ends.
	runtime.LockOSThread()
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	exit := new(exec.ExitError)
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		return err
	}
	result := os.NewFile(3, "result")
	if _, err := result.Write([]byte{byte(command.ProcessState.ExitCode())}); err != nil {
		return err
	}
	for _, file := range []*os.File{result, os.Stdin, os.Stdout, os.Stderr} {
		file.Close()
	}
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return nil
		}
	}
}

// parent is such a process, seen from this program.
type parent struct {
	command *exec.Cmd
	end     chan struct{}
}

// createByParent makes the container as a child of a new process.
func (b *bundle) createByParent(ctx context.Context, streams streams, file string) error {
	result, status, err := os.Pipe()
	if err != nil {
		return err
	}
	defer result.Close()
	defer status.Close()
	command := exec.Command("/proc/self/exe")
	command.Args = []string{
		parentName, b.commands.Command, "--root", b.commands.Root, "--log", b.commands.Log, "--log-format", string(b.commands.LogFormat),
		"create", "--bundle", b.directory, "--pid-file", pidFile, b.id,
	}
	command.Dir = b.directory
	command.ExtraFiles = []*os.File{status}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: b.commands.Setpgid, Pdeathsig: b.commands.PdeathSignal}
	streams.Set(command)
	if err := b.engine.launcher.Do(command.Start); err != nil {
		return err
	}
	b.parent = &parent{command, make(chan struct{})}
	go func() {
		defer close(b.parent.end)
		_ = command.Wait()
	}()
	status.Close()
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	exit := make([]byte, 1)
	if _, err := result.Read(exit); err != nil {
		return fmt.Errorf("the process that runs it: %w", err)
	}
	if exit[0] != 0 {
		return fmt.Errorf("exit status %d", exit[0])
	}
	return nil
}

// kill ends the parent. What the runtime has made is this program's child from then on.
func (p *parent) kill(ctx context.Context) error {
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.end:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *sandbox) KillParent(ctx context.Context) error {
	if s.parent == nil {
		return errors.New("kill the parent: the pod has none of its own")
	}
	return s.parent.kill(ctx)
}
