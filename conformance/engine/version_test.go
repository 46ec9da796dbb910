package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
)

func TestAProgramThatTellsNoVersionIsAnErrorOfOneLine(t *testing.T) {
	for script, want := range map[string]string{
		"exec yes":                        "prints more than",
		"yes >&2":                         "prints more than",
		"echo no such option >&2; exit 1": "no such option",
		"exit 3":                          "exit status 3",
	} {
		_, err := engine.ProgramVersion(t.Context(), program(t, script))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q in one line", script, err, want)
		}
	}
	version, err := engine.ProgramVersion(t.Context(), program(t, "echo tool 1.0 $1; echo warning >&2"))
	if version != "tool 1.0 --version\n" || err != nil {
		t.Errorf("got %q, error %v", version, err)
	}
}

func TestAProgramThatHangsIsKilledWithItsChildren(t *testing.T) {
	note := filepath.Join(t.TempDir(), "note")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := engine.ProgramVersion(ctx, program(t, "sleep 600 & echo $! >"+note+".new; mv "+note+".new "+note+"; wait"))
		ended <- err
	}()
	var child string
	for deadline := time.Now().Add(time.Minute); child == "" && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		content, _ := os.ReadFile(note)
		child = strings.TrimSpace(string(content))
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("it has a version")
	}
	status, _ := os.ReadFile("/proc/" + child + "/cmdline")
	for deadline := time.Now().Add(time.Minute); len(status) > 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		status, _ = os.ReadFile("/proc/" + child + "/cmdline")
	}
	if child == "" || len(status) > 0 {
		t.Errorf("child %q is left: %q", child, status)
	}
}

// program writes a script of the shell's.
func program(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Error(err)
	}
	return path
}
