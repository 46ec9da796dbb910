package pods

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/engine"
)

// child starts a process whose parent has the name, and returns the parent.
func child(t *testing.T, name string) (parent *exec.Cmd, pid int) {
	t.Helper()
	script := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(script, []byte("#!/bin/sh\nsleep 60 & echo $!\nwait\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	parent = exec.Command(script)
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = parent.Process.Kill() })
	buffer := make([]byte, 32)
	n, err := output.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(string(buffer[:n]))); err != nil {
		t.Fatal(err)
	}
	return parent, pid
}

func TestOnlyConmonIsKilledAsAParent(t *testing.T) {
	for _, name := range []string{"conmon", "containerd-shim"} {
		parent, pid := child(t, name)
		f := &fake{start: func() (int, error) { return pid, nil }}
		sandbox, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{})
		if err != nil {
			t.Fatal(err)
		}
		defer sandbox.Remove(t.Context())
		switch err := sandbox.KillParent(t.Context()); {
		case name != "conmon":
			if !errors.As(err, new(*engine.UnsupportedError)) {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if err := parent.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
				t.Errorf("%s ends with %v", name, err)
			}
		}
	}
}
