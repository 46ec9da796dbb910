package report_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func TestWriteFilesWritesEveryForm(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	paths, err := report.WriteFiles(dir, fixture())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "PID-IDLE") {
			t.Errorf("%s: %d bytes, %v", path, len(text), err)
		}
	}
	if want := []string{"report.json", "junit.xml", "report.md", "report.html"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestWriteFilesNamesTheFileThatItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	obstacle := t.TempDir()
	if err := os.Mkdir(filepath.Join(obstacle, "junit.xml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for dir, names := range map[string]string{filepath.Join(file, "reports"): file, obstacle: filepath.Join(obstacle, "junit.xml")} {
		_, err := report.WriteFiles(dir, fixture())
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), names) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
