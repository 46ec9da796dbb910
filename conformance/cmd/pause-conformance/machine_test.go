package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/kernels"
)

// judgeOnKernel judges our image on a kernel of the platform, in a virtual machine. It returns
// false where this host has none: the kernel and the runtime are fetched once.
func judgeOnKernel(t *testing.T, platform, reports string) bool {
	t.Helper()
	if _, err := exec.LookPath(kernels.Emulator(platform)); err != nil {
		t.Log(err)
		return false
	}
	program := filepath.Join(t.TempDir(), "suite")
	// Without what a debugger needs, and with little garbage collection: all packages are compiled.
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-gcflags=all=-dwarf=false", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+strings.Split(platform, "/")[1], "GOGC=400")
	if printed, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the suite for %s: %v\n%s", platform, err, printed)
	}
	arguments, code, verdict := []string{"--engine=machine", "--platform=" + platform, "--program=" + program, "--report-dir=" + reports}, report.ExitConformant, report.Conformant
	if os.Getenv("TEST_ALL") == "" {
		// Large numbers show little of a platform, and take an emulated processor 40 s of a real one.
		arguments, code, verdict = append(arguments, "--skip=NS-DENSITY,REAP-STEADY"), report.ExitPartial, report.Partial
	}
	got := judge(t, append(arguments, "oci:"+ours)...)
	if strings.Contains(got.stderr, "virtual machine for "+platform) {
		t.Log(got.errors())
		return false
	}
	t.Logf("exit code %d\n%s%s", got.code, got.stdout, got.errors())
	result := readReport(t, reports)
	if result.Engine.Emulation != report.MachineEmulation || result.Engine.Kernel == "" || result.Engine.Platform != platform {
		t.Errorf("engine %+v, want a kernel of %s in an emulated machine", result.Engine, platform)
	}
	subject := result.Subjects[0]
	if got.code != code || subject.Verdict != verdict || subject.Emulated || subject.Image != "oci:"+ours {
		t.Errorf("exit code %d, image %s, emulated %t: it is %s, want %s: %s", got.code, subject.Image, subject.Emulated, subject.Verdict, verdict, subject.Reason)
	}
	return true
}
