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

// Form is a way to write a report.
type Form struct {
	Name  string // on the command line
	File  string // in the directory of reports
	Write func(Report, io.Writer) error
}

// Forms are all forms but the table for a terminal.
func Forms() []Form {
	return []Form{
		{"json", "report.json", Report.JSON},
		{"junit", "junit.xml", Report.JUnit},
		{"markdown", "report.md", Report.Markdown},
		{"html", "report.html", Report.HTML},
	}
}

// Clear makes the directory, where it is named, and removes an earlier run's files
// from it: nobody must take them for those of a run that ends without a report.
func Clear(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	for _, form := range Forms() {
		if err := os.Remove(filepath.Join(dir, form.File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove an earlier report: %w", err)
		}
	}
	if err := unix.Access(dir, unix.W_OK); err != nil {
		return fmt.Errorf("write reports to %s: %w", dir, err)
	}
	return nil
}

// WriteFiles writes every form to the directory, which it makes, and returns the
// paths. An error names the file.
func WriteFiles(dir string, r Report) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the report's directory: %w", err)
	}
	var paths []string
	for _, form := range Forms() {
		path := filepath.Join(dir, form.File)
		var text bytes.Buffer
		err := form.Write(r, &text)
		if err == nil {
			err = WriteWhole(path, text.Bytes())
		}
		if err != nil {
			return paths, fmt.Errorf("write the report %s: %w", path, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// WriteWhole writes the file or none: a disk may be full, and a reader must not see half of it.
func WriteWhole(path string, content []byte) error {
	incomplete := path + ".new"
	err := os.WriteFile(incomplete, content, 0o644)
	if err == nil {
		err = os.Rename(incomplete, path)
	}
	if err != nil {
		_ = os.Remove(incomplete)
	}
	return err
}
