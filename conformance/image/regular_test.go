package image

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// A FIFO has no end, and none that writes to it: a reader that opens it waits for ever.
func fifo(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpensRegularFilesAlone(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "image.tar")
	fifo(t, archive)
	for _, kind := range []string{"oci-archive:", "docker-archive:"} {
		expectOneLine(t, kind+archive, "is no regular file")
		expectOneLine(t, kind+"/dev/zero", "is no regular file")
		expectOneLine(t, kind+t.TempDir(), "is no regular file")
	}
	index := fixture.BothPauses(t)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	content, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"index.json": "is no regular file",
		"blobs/sha256/" + manifest.Manifests[0].Digest.Hex: "is no regular file",
		"blobs/sha256/" + content.Config.Digest.Hex:        "is no regular file",
		"blobs/sha256/" + content.Layers[0].Digest.Hex:     "layer 1 of 1: blob",
	} {
		reference := fixture.Layout(t, index)
		fifo(t, filepath.Join(strings.TrimPrefix(reference, "oci:"), name))
		expectOneLine(t, reference, want)
	}
}
