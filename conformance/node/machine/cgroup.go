package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const cgroupRoot = "/sys/fs/cgroup"

// Cgroup is the path of the machine's cgroup within each hierarchy.
func Cgroup() string { return "/" + filepath.Base(Dir()) }

// cgroup is one directory in every hierarchy of version 1, or the one of version 2.
type cgroup []string

func newCgroup(dir string) cgroup {
	var group cgroup
	for _, hierarchy := range hierarchies() {
		group = append(group, filepath.Join(hierarchy, filepath.Base(dir)))
	}
	return group
}

// hierarchies are the directories that hold cgroup.procs. Some are links to others.
func hierarchies() []string {
	if _, err := os.Stat(filepath.Join(cgroupRoot, "cgroup.controllers")); err == nil {
		return []string{cgroupRoot}
	}
	var paths []string
	matches, _ := filepath.Glob(filepath.Join(cgroupRoot, "*", "cgroup.procs")) // fails on bad patterns alone
	for _, match := range matches {
		if path, err := filepath.EvalSymlinks(filepath.Dir(match)); err == nil && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

func (g cgroup) create() error {
	for _, path := range g {
		if err := os.Mkdir(path, 0o755); err != nil {
			return fmt.Errorf("make the machine's cgroup: %w", err)
		}
	}
	return nil
}

// remove waits for the kernel, which empties a cgroup only after its last process has
// been reaped.
func (g cgroup) remove() error {
	var err error
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err = nil
		for _, path := range g {
			err = errors.Join(err, removeTree(path))
		}
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// removeTree removes directories alone: files of a cgroup go with it.
func removeTree(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			err = errors.Join(err, removeTree(filepath.Join(path, entry.Name())))
		}
	}
	return errors.Join(err, os.Remove(path))
}
