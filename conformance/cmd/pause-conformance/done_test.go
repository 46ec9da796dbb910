package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestADoneFileNamesTheReportAndTheCommandWaitsForASignal(t *testing.T) {
	dir := t.TempDir()
	doneFile, junit := filepath.Join(dir, "done"), filepath.Join(dir, "junit.xml")
	command := exec.CommandContext(t.Context(), suite, "run", "--profile=static", "--platform=linux/amd64",
		"--report-dir="+dir, "--done-file="+doneFile, "oci:"+ours)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	end := make(chan error, 1)
	go func() { end <- command.Wait() }()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		path, err := os.ReadFile(doneFile)
		if err == nil && string(path) != junit {
			t.Fatalf("the done file names %q", path)
		}
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(junit); err != nil {
		t.Error(err)
	}
	select {
	case err := <-end:
		t.Fatalf("it has ended without a signal: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := command.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-end
	if code := command.ProcessState.ExitCode(); code != 3 {
		t.Errorf("the exit code is %d, and that of the report 3", code)
	}
}

func TestADoneFileWithoutAReportDirectoryIsRefused(t *testing.T) {
	got := static(t, "--done-file="+filepath.Join(t.TempDir(), "done"))
	if got.code != 2 || !strings.Contains(got.stderr, "--report-dir") {
		t.Errorf("got exit code %d: %s", got.code, got.stderr)
	}
}
