package engine

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAProcessEndsAtTheTimeThatTheKernelTells(t *testing.T) {
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	process, err := OpenProcess(command.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := process.Wait(short); err == nil {
		t.Error("it is said to have ended while it sleeps")
	}
	before := time.Now()
	if err := process.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	at, err := process.Wait(t.Context())
	if err != nil || at.Before(before) || at.After(time.Now()) {
		t.Errorf("it has ended at %s, killed after %s: %v", at, before, err)
	}
	_ = command.Wait()
	if _, err := OpenProcess(command.Process.Pid); err == nil {
		t.Error("a process that is gone can be opened")
	}
}
