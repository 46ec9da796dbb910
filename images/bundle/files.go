package bundle

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// checksums lists all files of a build. A directory without it has none.
	checksums = "SHA256SUMS"

	// stagingPattern is the name of the directory in which a build is completed.
	stagingPattern = ".build-*"
)

// files are contents by their slash-separated paths.
type files map[string][]byte

// sum lists all files in the form that sha256sum -c reads.
func (f files) sum() []byte {
	var list strings.Builder
	for _, path := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(f[path]), path)
	}
	return []byte(list.String())
}

// write completes the files in a directory of their own, and then moves them into
// dir over those of an older build.
func write(ctx context.Context, dir string, all files) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, dir, true)
	if err != nil {
		return err
	}
	defer unlock()
	if err := sweep(dir); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(dir, stagingPattern)
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	for path, content := range all {
		if err := writeFile(filepath.Join(staging, path), content); err != nil {
			return err
		}
	}
	if err := setModes(staging); err != nil {
		return err
	}
	return place(staging, dir)
}

// sweep removes what a killed build has left. No other build is in dir: it is locked.
func sweep(dir string) error {
	leftovers, err := filepath.Glob(filepath.Join(escapeGlob(dir), stagingPattern))
	if err != nil {
		return err
	}
	for _, path := range leftovers {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// setModes gives directories and programs 0755 and all other files 0644, whatever
// the umask: what one user builds, another publishes.
func setModes(staging string) error {
	return filepath.WalkDir(staging, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == staging {
			return err
		}
		mode := fs.FileMode(0o644)
		if parent := filepath.Base(filepath.Dir(path)); entry.IsDir() || parent == "bin" || parent == "debug" {
			mode = 0o755
		}
		return os.Chmod(path, mode)
	})
}

// place moves the entries of staging into dir. The checksums go first and come
// last: where they lie, they are of what lies there.
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
