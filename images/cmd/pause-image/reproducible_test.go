package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestBuildsOfCopiedSourcesWithColdAndWarmCacheAreEqual(t *testing.T) {
	first, second := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere", "and", "deeper")
	warm, cold := buildCopy(t, first), buildCopy(t, second, "GOCACHE="+t.TempDir())
	if warm != cold {
		t.Errorf("warm:\n%s\ncold:\n%s", warm, cold)
	}
}

// buildCopy builds a copy of the module in dir, and returns the checksums of all
// that is published.
func buildCopy(t *testing.T, dir string, env ...string) string {
	t.Helper()
	const module = "../../.."
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	reference := exec.Command("cp", "--recursive", module+"/go.mod", module+"/go.sum", module+"/pause", dir)
	if text, err := reference.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", reference, err, text)
	}
	build := pauseImage(t, dir, "build", "--version", "1.2.3", "--revision", "abcdef")
	build.Env = append(build.Env, env...)
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, text)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "dist", "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	return string(sums)
}
