package machine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/machine"
)

func TestPrepareSaysWhichProgramIsMissing(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		options machine.Options
		want    string
	}{
		{"none beside this one", machine.Options{}, "pause-conformance-linux-arm64: no such file or directory; name it with --program"},
		{"no such file", machine.Options{Suite: "/nonexistent"}, "--program"},
		{"no program", machine.Options{Suite: text}, "--program"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.options.Platform = "linux/arm64"
			_, err := machine.Prepare(t.Context(), test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q in one line", err, test.want)
			}
		})
	}
}

func TestTreeIsAFileOrADirectoryWithAllInIt(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "blobs", "sha256"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.json", "blobs/sha256/a"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		root string
		want []string
	}{
		{root, []string{"/images/0/blobs/sha256/a", "/images/0/index.json"}},
		{filepath.Join(root, "index.json"), []string{"/images/0"}},
	} {
		files, err := machine.Tree(test.root, "/images/0")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, file := range files {
			names = append(names, file.Name)
		}
		if slices.Sort(names); !slices.Equal(names, test.want) {
			t.Errorf("files %q, want %q", names, test.want)
		}
	}
	if _, err := machine.Tree(filepath.Join(root, "none"), "/images/0"); err == nil {
		t.Error("no error for a file that does not exist")
	}
}
