package oci

import (
	"errors"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// The end of a process may come at any moment of a signal that is sent to it.
func TestSignalToAProcessThatEndsSaysSoAndNothingElse(t *testing.T) {
	for range 50 {
		command := exec.Command("true")
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		p, err := openProcess(command.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			err = p.signal(unix.SIGCONT)
		}
		if !errors.Is(err, unix.ESRCH) {
			t.Fatal(err)
		}
		if _, err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
