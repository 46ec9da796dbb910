package engine

import (
	"os/exec"
	"testing"
)

func TestAProcessTellsItsExitStatusWhereTheKernelDoes(t *testing.T) {
	for script, want := range map[string]int{"exit 7": 7, "exit 0": 0, "kill -TERM $$": 128 + 15} {
		command := exec.Command("sh", "-c", "read line; "+script)
		input, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		process, err := OpenProcess(command.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		defer process.Close()
		_ = input.Close()
		if _, err := process.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		switch status := process.Status(); status {
		case want:
		case UnknownStatus:
			t.Skip("this kernel tells no exit status by a pidfd: Linux does since 6.15")
		default:
			t.Errorf("%s: status %d, want %d", script, status, want)
		}
	}
}
