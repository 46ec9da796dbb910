package main_test

import (
	"errors"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
)

// emulators are qemu's names for foreign processors.
var emulators = map[string]string{
	"amd64": "x86_64", "arm64": "aarch64", "arm": "arm", "ppc64le": "ppc64le",
	"s390x": "s390x", "riscv64": "riscv64", "loong64": "loongarch64", "386": "i386",
}

func TestForeignPlatform(t *testing.T) {
	needSource(t)
	for architecture, emulator := range emulators {
		if architecture == runtime.GOARCH {
			continue
		}
		t.Run(architecture, func(t *testing.T) {
			t.Parallel()
			foreign, err := writeProgram(t.TempDir(), architecture)
			if err != nil {
				t.Fatal(err)
			}
			l := launch{Path: foreign, Argv: []string{foreign}}
			if refusal := exec.Command(foreign, "-v").Run(); refusal != nil {
				if !errors.Is(refusal, syscall.ENOEXEC) {
					t.Fatal(refusal)
				}
				qemu, err := exec.LookPath("qemu-" + emulator + "-static")
				if err != nil {
					t.Skipf("%v, and no %v", refusal, err)
				}
				l = launch{Path: qemu, Argv: []string{qemu, foreign}}
			}
			runsForeign(t, l)
		})
	}
}

// runsForeign sends nothing but what ends a pause: qemu hangs on other signals
// when it is PID 1 itself.
func runsForeign(t *testing.T, l launch) {
	start := func(t *testing.T) *sandbox {
		s := startSandbox(t, l)
		// qemu loses what comes before it has set its guest up.
		s.idlePolls = 50
		s.settle()
		return s
	}
	t.Run("prints its version", func(t *testing.T) {
		printed, err := exec.Command(l.Path, append(l.Argv[1:], "-v")...).CombinedOutput()
		if err != nil || string(printed) != "pause "+version+"\n" {
			t.Errorf("printed %q: %v", printed, err)
		}
	})
	t.Run("ends on SIGINT", func(t *testing.T) { start(t).expectExitOn(syscall.SIGINT) })
	t.Run("ends on SIGTERM", func(t *testing.T) { start(t).expectExitOn(syscall.SIGTERM) })
	t.Run("reaps orphans", func(t *testing.T) {
		s := start(t)
		for _, kind := range orphanKinds {
			s.orphan(kind.kind, 20, kind.signals...)
			s.expectNoOrphan()
		}
		s.expectExitOn(syscall.SIGTERM)
	})
	t.Run("reaps children from before exec", func(t *testing.T) {
		l.Leftovers = 3
		s := start(t)
		s.expectNoOrphan()
	})
}
