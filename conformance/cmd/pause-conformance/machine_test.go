package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

// The kernel and the runtime are fetched where the cache lacks them.
func TestMachineJudgesOurImageOnAKernelOfItsPlatform(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a virtual machine: -short leaves it out")
	}
	if _, err := exec.LookPath("qemu-system-aarch64"); err != nil {
		t.Skip(err)
	}
	program := filepath.Join(t.TempDir(), "suite")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if printed, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the suite for linux/arm64: %v\n%s", err, printed)
	}
	reports := t.TempDir()
	got := judge(t, "--engine=machine", "--platform=linux/arm64", "--program="+program,
		"--only=PID-STAYS,SIG-TERM", "--report-dir="+reports, "oci:"+ours)
	if strings.Contains(got.stderr, "virtual machine for linux/arm64") {
		t.Skip(got.errors())
	}
	t.Logf("exit code %d\n%s%s", got.code, got.stdout, got.errors())
	result := readReport(t, reports)
	if result.Engine.Emulation != report.MachineEmulation || result.Engine.Kernel == "" || result.Engine.Platform != "linux/arm64" {
		t.Errorf("engine %+v, want a kernel of linux/arm64 in an emulated machine", result.Engine)
	}
	if subject := result.Subjects[0]; got.code != report.ExitPartial || subject.Emulated || subject.Image != "oci:"+ours || !strings.Contains(got.stdout, "2 passed") {
		t.Errorf("exit code %d, image %s, emulated %t: want 2 requirements to pass", got.code, subject.Image, subject.Emulated)
	}
}
