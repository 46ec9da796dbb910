package main_test

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func TestPrintsVersion(t *testing.T) {
	for _, args := range []string{"-v", "-V", "-v extra", "extra -v", "-vv - -V --version", "-v -v"} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, exec.Command(program, strings.Split(args, " ")...))
			p.expectStatus("exit status 0")
			if got := p.stdout.String() + p.stderr.String(); got != "pause "+version+"\n" {
				t.Errorf("printed %q", got)
			}
		})
	}
}

func TestIgnoresOtherArguments(t *testing.T) {
	for _, args := range []string{"", "-", "v", "-vv", "-x", "--version", "-v=1", " -v", "version", "-v-", "- v", "--", "\xadv", "-\x16"} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			p := startElsewhere(t, args, args)
			p.settle()
			p.expectExitOn(syscall.SIGTERM, warning)
		})
	}
}

// Linux 5.18 and later give such a program one empty argument.
func TestGoesOnWithoutAnyArgument(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, launch{Path: program})
	s.settle()
	s.expectExitOn(syscall.SIGTERM)
}
