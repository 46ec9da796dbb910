package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func TestArchivesAreNamedAfterTheImageThatANodeIsConfiguredFor(t *testing.T) {
	dir := t.TempDir()
	build := pauseImage(t, "", "build", "--dist", dir, "--platform", "linux/arm64", "--name", "registry.k8s.io/pause", "--version", "3.10.2")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, text)
	}
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) {
		return os.Open(filepath.Join(dir, "archives", "pause-3.10.2-linux-arm64.tar"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := manifest[0].RepoTags, []string{"registry.k8s.io/pause:3.10.2"}; !slices.Equal(got, want) {
		t.Errorf("named %q, want %q", got, want)
	}
}
