package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The test program is pause-image itself when this variable is set, so that
// tests see exit codes and need no second build.
const asCommand = "TEST_AS_PAUSE_IMAGE"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// pauseImage is the command with the arguments, run in dir.
func pauseImage(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), asCommand+"=1", "SOURCE_DATE_EPOCH=1700000000")
	return command
}

func TestCommandLineThatCannotBeUsedIsOneLineAndExitCode2(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{},
		{"no-such"},
		{"version", "operand"},
		{"push"},
		{"mirror", "registry.example/pause:1"},
		{"verify", "registry.example/pause:1", "--no-such"},
		{"verify", "registry.example/pause:1", "--ca", "no/such/file"},
		{"build", "--version", "-x"},
		{"build", "--no-such"},
		{"build", "--version", "1", "operand"},
		{"build", "--version", ""},
		{"build", "--version", "no/tag"},
		{"build", "--version", "1", "--name", "pause:1"},
		{"build", "--version", "1", "--platform", "linux/mips"},
	} {
		command := pauseImage(t, dir, args...)
		text, err := command.CombinedOutput()
		if command.ProcessState.ExitCode() != 2 || strings.Count(string(text), "\n") != 1 {
			t.Errorf("%q: %v, want exit status 2 and one line:\n%s", args, err, text)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left %q, error %v", left, err)
	}
}

func TestHelpListsSubcommandsFlagsAndExitCodes(t *testing.T) {
	for want, args := range map[string][]string{
		"  build ":          {"--help"},
		"  2  the":          {"help"},
		"--platform ":       {"build", "--help"},
		"pause-image devel": {"version"},
	} {
		if text, err := pauseImage(t, t.TempDir(), args...).Output(); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%q: %v, want %q in:\n%s", args, err, want, text)
		}
	}
}
