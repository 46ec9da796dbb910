package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// WriteFiles writes report.json, junit.xml, report.md and report.html to the
// directory, which it makes, and returns their paths. Its errors tell the file.
func WriteFiles(dir string, r Report) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the report's directory: %w", err)
	}
	var paths []string
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"report.json", r.JSON},
		{"junit.xml", r.JUnit},
		{"report.md", r.Markdown},
		{"report.html", r.HTML},
	} {
		path := filepath.Join(dir, file.name)
		var text bytes.Buffer
		err := file.write(&text)
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
