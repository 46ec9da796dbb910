package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/pause/freestanding"
)

// instead does something so many times before pause would wait.
func instead(times uint64, statement string) []mutants.Edit {
	const wait = "	for {\n		switch int("
	return []mutants.Edit{{Old: wait, New: fmt.Sprintf("for range uint64(%d) {\n%s\n}\n", times, statement) + wait}}
}

// hog takes all the memory that it may.
func hog(ctx context.Context, platform freestanding.Platform) ([]byte, error) {
	directory, err := os.MkdirTemp("", "hog-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	program := filepath.Join(directory, "hog")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./testdata/hog")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+platform.Architecture)
	if printed, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the hog: %w\n%s", err, printed)
	}
	return os.ReadFile(program)
}

// Processes that spin in every sandbox take both processors from all else, so that they are
// part of make test-all, and Docker is as well. A GiB of each sandbox is flood enough elsewhere.
func TestHostileImagesFailAndTakeNothingWithThem(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	everything := os.Getenv("TEST_ALL") != ""
	const forEver = math.MaxUint64
	page := strings.Repeat("all work and no pause makes a full disk ", 102) + "\n"
	pages := uint64(1 << 18)
	if everything {
		pages = forEver
	}
	platform, err := freestanding.ParsePlatform(native)
	if err != nil {
		t.Skip(err)
	}
	for _, hostile := range []mutants.Mutant{
		{Name: "floods its log", Edits: instead(pages, fmt.Sprintf("write(stderr, %q)", page))},
		{Name: "forks without end", Edits: instead(forEver, "syscall(sysClone, sigChild, 0, 0, 0)")},
		{Name: "takes all memory", Program: hog},
	} {
		t.Run(hostile.Name, func(t *testing.T) {
			if hostile.Name == "forks without end" && !everything {
				t.Skip("takes minutes: TEST_ALL runs it")
			}
			image := t.TempDir()
			if err := hostile.Write(t.Context(), image, platform); err != nil {
				t.Fatal(err)
			}
			for _, engine := range []string{"docker", "oci"} {
				t.Run(engine, func(t *testing.T) {
					switch {
					case engine == "oci" && os.Geteuid() != 0:
						t.Skip("an OCI runtime is run as root")
					case engine == "docker" && os.Geteuid() == 0 && !everything:
						t.Skip("an OCI runtime shows the same in less time: TEST_ALL runs both")
					}
					reports := t.TempDir()
					got := judge(t, "--engine="+engine, "--platform="+native, "--only=PID-1,PID-STAYS,PID-QUIET,SIG-TERM", "--fail-on=should",
						"--report-dir="+reports, "oci:"+image)
					if got.code != 1 || got.errors() != "" || !strings.Contains(got.stdout, "SIG-TERM") {
						t.Errorf("exit code %d, want 1 and no complaint:\n%s\n%s", got.code, got.stdout, got.errors())
					}
					report, err := os.Stat(filepath.Join(reports, "report.json"))
					if err != nil || report.Size() > 1<<20 {
						t.Errorf("the report is %v bytes, %v; want at most 1 MiB", report.Size(), err)
					}
				})
			}
		})
	}
}
