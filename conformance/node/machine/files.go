package machine

import (
	"fmt"
	"os"
	"path/filepath"
)

// WriteFiles writes the configuration of a daemon: each content to its path, whose directory it makes.
func WriteFiles(files map[string]string) error {
	for path, content := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return fmt.Errorf("write a daemon's configuration: %w", err)
		}
	}
	return nil
}
