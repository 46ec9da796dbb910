package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func TestEngineReferenceIsJudgedAndKept(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	const reference = "pause-conformance-test:ours"
	archive := filepath.Join(t.TempDir(), "image.tar")
	writeArchive(t, archive, reference)
	load := exec.CommandContext(t.Context(), "docker", "load", "-i", archive)
	if printed, err := load.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "rmi", "-f", reference).Run() })
	got := judge(t, "--only=PID-STAYS,SIG-TERM,IMG-PLATFORM", reference)
	if got.code != report.ExitPartial || !strings.Contains(got.stdout, "3 passed") || !strings.Contains(got.stdout, "partial") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
	if err := exec.CommandContext(t.Context(), "docker", "image", "inspect", reference).Run(); err != nil {
		t.Errorf("the engine's own image is gone: %v", err)
	}
}
