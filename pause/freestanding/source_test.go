package freestanding_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// copySource returns the root of a copy of pause's source tree.
func copySource(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	module := os.DirFS(filepath.Join("..", ".."))
	if err := os.Mkdir(filepath.Join(root, "pause"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"go.mod", "go.sum", "pause/*.go", "pause/*.s"} {
		sources, err := fs.Glob(module, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			content, err := fs.ReadFile(module, source)
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(root, source), content)
		}
	}
	return root
}

// editSource replaces text, which must be there, in pause_linux.go.
func editSource(t *testing.T, root, old, new string) {
	t.Helper()
	path := filepath.Join(root, "pause", "pause_linux.go")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%s has no %q", path, old)
	}
	write(t, path, bytes.Replace(content, []byte(old), []byte(new), 1))
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
