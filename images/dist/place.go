package dist

import (
	"os"
	"path/filepath"
)

// place moves the entries of staging into dir over those of an older build. The
// checksums go first and come last: where they lie, they are of what lies there.
func place(staging, dir string) error {
	entries, err := os.ReadDir(staging)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(dir, checksums)); err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == checksums {
			continue
		}
		if err := replace(staging, dir, entry.Name()); err != nil {
			return err
		}
	}
	return replace(staging, dir, checksums)
}

func replace(staging, dir, name string) error {
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		return err
	}
	return os.Rename(filepath.Join(staging, name), filepath.Join(dir, name))
}
