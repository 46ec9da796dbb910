package freestanding_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

func TestSameBytesFromAnyDirectoryAndCache(t *testing.T) {
	cold := t.TempDir()
	other := copySource(t)
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			t.Parallel()
			here := build(t, freestanding.Builder{}, platform)
			for name, builder := range map[string]freestanding.Builder{
				"another directory": {Dir: other},
				"a cold cache":      {Env: []string{"GOCACHE=" + cold}},
				"settings of a user": {Env: []string{
					"GOFLAGS=-race -trimpath=false", "CGO_ENABLED=1", "GOAMD64=v3", "GOARM64=v9.0", "GOARM=5",
					"GOFIPS140=latest",
				}},
			} {
				there := build(t, builder, platform)
				if !bytes.Equal(here.Bytes, there.Bytes) || !bytes.Equal(here.LinkerOutput, there.LinkerOutput) {
					t.Errorf("other bytes with %s", name)
				}
			}
		})
	}
}

// The go command downloads a toolchain into the module cache, and refuses to
// overlay files there.
func TestBuildsWithAToolchainInTheModuleCache(t *testing.T) {
	modules := t.TempDir()
	root := filepath.Join(modules, "golang.org", "toolchain@v0.0.1-"+runtime.Version()+"."+runtime.GOOS+"-"+runtime.GOARCH)
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	goroot := strings.TrimSpace(string(output))
	entries, err := os.ReadDir(goroot)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.Symlink(filepath.Join(goroot, entry.Name()), filepath.Join(root, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	downloaded := freestanding.Builder{Env: []string{"GOROOT=" + root, "GOMODCACHE=" + modules}}
	if !bytes.Equal(build(t, downloaded, native).Bytes, build(t, freestanding.Builder{}, native).Bytes) {
		t.Error("other bytes")
	}
}
