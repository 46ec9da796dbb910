package conformance_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/freestanding"
	"github.com/podsandbox/pause/pause/kernels"
)

// A platform of another architecture is judged on a kernel of its own, in a virtual machine:
// an emulator of user space hides some of what a program does.
func TestOurImageIsConformantOnAKernelOfEachOtherPlatform(t *testing.T) {
	if testing.Short() {
		t.Skip("boots virtual machines: -short leaves it out")
	}
	for name := range strings.SplitSeq(os.Getenv("PLATFORMS"), ",") {
		if name == "" || name == "linux/"+runtime.GOARCH {
			continue
		}
		t.Run(name, func(t *testing.T) {
			config := conformance.Config{Platforms: []string{name}, Engine: conformance.Machine, Images: []string{writeOurs(t, name)}}
			verdict := report.Conformant
			if os.Getenv("TEST_ALL") == "" {
				// Large numbers show little of a platform, and take an emulated processor 40 s of a real one.
				config.Size, verdict = mutants.Size, report.Partial
			}
			goFirst(t)
			config.Program = buildSuite(t, name)
			result, err := conformance.Run(t.Context(), config)
			if err != nil && strings.Contains(err.Error(), "virtual machine for "+name) {
				t.Skip(err) // the kernel and the runtime are fetched once
			}
			if err != nil {
				t.Fatal(err)
			}
			reports := filepath.Join(cmp.Or(os.Getenv("REPORT_DIR"), t.TempDir()), strings.ReplaceAll(name, "/", "-"))
			if _, err := report.WriteFiles(reports, result); err != nil {
				t.Error(err)
			}
			if result.Engine.Emulation != report.MachineEmulation || result.Engine.Kernel == "" || result.Engine.Platform != name {
				t.Errorf("engine %+v, want a kernel of %s in an emulated machine", result.Engine, name)
			}
			subject := result.Subjects[0]
			t.Log(subject.Counts())
			for _, result := range subject.Results {
				if result.Status != report.Pass && result.Status != report.NotTestable {
					t.Errorf("%s: %s: %s", result.Requirement.ID, result.Status, result.Seen)
				}
			}
			if subject.Verdict != verdict || subject.Emulated || subject.Image != config.Images[0] {
				t.Errorf("image %s, emulated %t: it is %s, want %s: %s", subject.Image, subject.Emulated, subject.Verdict, verdict, subject.Reason)
			}
		})
	}
}

// writeOurs writes this project's image for the platform, and returns its reference.
func writeOurs(t *testing.T, name string) string {
	t.Helper()
	platform, err := freestanding.ParsePlatform(name)
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	if err := (mutants.Mutant{}).Write(t.Context(), directory, platform); err != nil {
		t.Fatal(err)
	}
	return "oci:" + directory
}

// goFirst puts this process and those that it starts before others, where it may: a machine with one
// processor would be the last to end, and beside the mutants it would get a tenth of one.
func goFirst(t *testing.T) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Log(err)
	}
	for _, thread := range threads {
		id, _ := strconv.Atoi(thread.Name())
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, -10); err != nil {
			t.Logf("this takes longer on a busy machine: %v", err)
		}
	}
}

// buildSuite builds the suite for the platform. Where no emulator runs the platform, the test is skipped.
func buildSuite(t *testing.T, platform string) string {
	t.Helper()
	if _, err := exec.LookPath(kernels.Emulator(platform)); err != nil {
		t.Skip(err)
	}
	program := filepath.Join(t.TempDir(), "suite")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", program, "./cmd/pause-conformance")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+strings.Split(platform, "/")[1])
	if printed, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the suite for %s: %v\n%s", platform, err, printed)
	}
	return program
}
