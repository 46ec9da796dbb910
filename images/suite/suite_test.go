package suite

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

func TestSameBytesFromAnyDirectoryAndSettings(t *testing.T) {
	if testing.Short() {
		t.Skip("it links the suite, which takes a minute")
	}
	t.Chdir("../..")
	here := program(t)
	other := t.TempDir()
	for _, name := range []string{"conformance", "images", "pause"} {
		if err := os.CopyFS(filepath.Join(other, name), os.DirFS(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(other) // which is no clone
	for name, value := range map[string]string{"GOFLAGS": "-race -trimpath=false", "CGO_ENABLED": "1", "GOAMD64": "v3", "GOFIPS140": "latest"} {
		t.Setenv(name, value)
	}
	if !bytes.Equal(program(t), here) {
		t.Error("other bytes from another directory, with settings of a user")
	}
}

func program(t *testing.T) []byte {
	t.Helper()
	image, err := Build(t.Context(), "1.2.3", freestanding.Platforms[0])
	if err != nil {
		t.Fatal(err)
	}
	return image.Bytes
}
