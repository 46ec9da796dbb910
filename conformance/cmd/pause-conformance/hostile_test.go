package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/pause/freestanding"
)

// instead does something for ever where pause would wait.
func instead(statements string) []mutants.Edit {
	const wait = "	for {\n		switch int("
	return []mutants.Edit{{Old: wait, New: "for {\n" + statements + "\n}\n" + wait}}
}

func TestHostileImagesFailAndTakeNothingWithThem(t *testing.T) {
	needsEngine(t)
	platform, err := freestanding.ParsePlatform(native)
	if err != nil {
		t.Skip(err)
	}
	for _, hostile := range []mutants.Mutant{
		{Name: "floods its log", Edits: instead(`write(stderr, "all work and no pause makes a full disk\n")`)},
		{Name: "forks without end", Edits: instead("syscall(sysClone, sigChild, 0, 0, 0)")},
	} {
		t.Run(hostile.Name, func(t *testing.T) {
			image, reports := t.TempDir(), t.TempDir()
			if err := hostile.Write(t.Context(), image, platform); err != nil {
				t.Fatal(err)
			}
			got := judge(t, "--platform="+native, "--only=PID-1,PID-STAYS,PID-QUIET,SIG-TERM",
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
}
