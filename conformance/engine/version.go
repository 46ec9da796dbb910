package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// versionSize is more bytes than any program says of itself.
const versionSize = 64 << 10

// ProgramVersion returns what a program of an engine prints when it is asked for its version. One
// that goes on without an end, or has not ended after DefaultRequestTimeout, is an error, and is
// killed with its children.
func ProgramVersion(ctx context.Context, command ...string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, DefaultRequestTimeout)
	defer cancel()
	output, complaint := text{end: cancel}, text{end: cancel}
	process := exec.CommandContext(limited, command[0], append(command[1:len(command):len(command)], "--version")...)
	process.Stdout, process.Stderr = &output, &complaint
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGKILL) }
	process.WaitDelay = time.Second
	err := process.Run()
	switch {
	case output.exceeded || complaint.exceeded:
		err = fmt.Errorf("it prints more than %d bytes", versionSize)
	case limited.Err() != nil && ctx.Err() == nil:
		err = fmt.Errorf("it has not ended after %s", DefaultRequestTimeout)
	case err != nil:
		err = errors.New(cmp.Or(strings.Join(strings.Fields(string(complaint.content)), " "), err.Error()))
	}
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w: see what %s --version does", command[0], err, command[0])
	}
	return string(output.content), nil
}

// text takes what fits, and ends a program that prints more.
type text struct {
	content  []byte
	end      func()
	exceeded bool
}

func (t *text) Write(p []byte) (int, error) {
	if len(t.content)+len(p) > versionSize {
		t.exceeded = true
		t.end()
		return len(p), nil
	}
	t.content = append(t.content, p...)
	return len(p), nil
}
