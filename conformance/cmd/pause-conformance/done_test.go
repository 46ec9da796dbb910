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
	missing := "unix://" + filepath.Join(t.TempDir(), "missing.sock")
	for code, args := range map[int][]string{
		3: {"--profile=static", "--platform=linux/amd64", "oci:" + ours},
		4: {"--engine=cri", "--cri-endpoint=" + missing}, // a node that cannot be tested
	} {
		dir := t.TempDir()
		doneFile, junit := filepath.Join(dir, "done"), filepath.Join(dir, "junit.xml")
		command := exec.CommandContext(t.Context(), suite, append([]string{"run", "--report-dir=" + dir, "--done-file=" + doneFile}, args...)...)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		end := make(chan error, 1)
		go func() { end <- command.Wait() }()
		eventually(t, "the done file names the report", func() bool {
			path, _ := os.ReadFile(doneFile)
			return string(path) == junit
		})
		text, err := os.ReadFile(junit)
		if reason := "<error message=\"no CRI runtime at " + missing; err != nil || strings.Contains(string(text), reason) != (code == 4) {
			t.Errorf("%v: %s", err, text)
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
		if got := command.ProcessState.ExitCode(); got != code {
			t.Errorf("the exit code is %d, and that of the report %d", got, code)
		}
	}
}

func TestADoneFileWithoutAReportDirectoryIsRefused(t *testing.T) {
	got := static(t, "--done-file="+filepath.Join(t.TempDir(), "done"))
	if got.code != 2 || !strings.Contains(got.stderr, "--report-dir") {
		t.Errorf("got exit code %d: %s", got.code, got.stderr)
	}
}
