package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

var files = []struct {
	name  string
	write func(Report, io.Writer) error
}{
	{"report.json", Report.JSON},
	{"junit.xml", Report.JUnit},
	{"report.md", Report.Markdown},
	{"report.html", Report.HTML},
}

// Clear makes the directory, where it is named, and takes an earlier run's files from
// it: no one is to take them for those of a run that came to none.
func Clear(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	for _, file := range files {
		if err := os.Remove(filepath.Join(dir, file.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove an earlier report: %w", err)
		}
	}
	return unix.Access(dir, unix.W_OK)
}

// WriteFiles writes report.json, junit.xml, report.md and report.html to the
// directory, which it makes, and returns their paths. Its errors tell the file.
func WriteFiles(dir string, r Report) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the report's directory: %w", err)
	}
	var paths []string
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		var text bytes.Buffer
		err := file.write(r, &text)
		if err == nil {
			err = os.WriteFile(path, text.Bytes(), 0o644)
		}
		if err != nil {
			return paths, fmt.Errorf("write the report %s: %w", path, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}
