// Package cgroup makes, limits and removes the cgroups of a run. CRI runtimes put a pod where
// its cgroup_parent says, and apply no limits to a sandbox themselves.
package cgroup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Group is one cgroup, which on cgroup v1 has a directory in every hierarchy.
type Group struct {
	hierarchies []hierarchy
	path        string // from the root of each hierarchy
}

// Open returns the group with the path, which need not exist.
func Open(path string) (*Group, error) {
	hierarchies, err := readHierarchies()
	if err != nil {
		return nil, err
	}
	return &Group{hierarchies, path}, nil
}

// Path is the group's path from the root of each hierarchy, as a cgroup_parent has it.
func (g *Group) Path() string { return g.path }

// Child returns the group with the name below this one, which need not exist.
func (g *Group) Child(name string) *Group {
	return &Group{g.hierarchies, path.Join(g.path, name)}
}

// Children are the names of the groups below this one in any hierarchy.
func (g *Group) Children() (names []string) {
	for _, h := range g.hierarchies {
		entries, _ := os.ReadDir(h.directory(g.path))
		for _, entry := range entries {
			if entry.IsDir() && !slices.Contains(names, entry.Name()) {
				names = append(names, entry.Name())
			}
		}
	}
	return names
}

// Add makes the group and moves a process into it, with its later children.
func (g *Group) Add(pid int) error {
	h := g.hierarchies[0]
	if err := h.make(g.path); err != nil {
		return err
	}
	return write(filepath.Join(h.directory(g.path), "cgroup.procs"), fmt.Sprint(pid))
}

// Take is Add in each hierarchy of limits, so that the process leaves those of its old group.
func (g *Group) Take(pid int) error {
	for _, h := range g.hierarchies {
		if !h.has("pids") && !h.has("memory") {
			continue
		}
		if err := h.make(g.path); err != nil {
			return err
		}
		if err := write(filepath.Join(h.directory(g.path), "cgroup.procs"), fmt.Sprint(pid)); err != nil {
			return err
		}
	}
	return nil
}

// Holds tells whether the process is in the group or below it.
func (g *Group) Holds(pid int) bool { return slices.Contains(g.processes(), pid) }

// processes are the ids of the processes in the group and below it.
func (g *Group) processes() (pids []int) {
	for _, h := range g.hierarchies {
		for _, directory := range h.below(g.path) {
			for field := range strings.FieldsSeq(read(filepath.Join(directory, "cgroup.procs"))) {
				if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
					pids = append(pids, pid)
				}
			}
		}
	}
	slices.Sort(pids)
	return slices.Compact(pids)
}

// Kill kills every process in the group and below it.
func (g *Group) Kill() error {
	return eventually(func() error {
		g.thaw()
		pids := g.processes()
		for _, pid := range pids {
			if err := g.kill(pid); err != nil {
				return fmt.Errorf("kill process %d of cgroup %s: %w", pid, g.path, err)
			}
		}
		if len(pids) > 0 {
			return fmt.Errorf("kill the processes %v of cgroup %s: they have not ended", pids, g.path)
		}
		return nil
	})
}

// kill kills the process, unless its id is by now another one's. A pidfd, where the kernel
// has them, keeps to the process that has been looked at.
func (g *Group) kill(pid int) error {
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer func() { _ = process.Release() }()
	if !g.Holds(pid) {
		return nil
	}
	if err := process.Kill(); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Remove removes the group and those below it, once their processes have ended.
func (g *Group) Remove() error {
	return eventually(func() error {
		var errs []error
		for _, h := range g.hierarchies {
			for _, directory := range slices.Backward(h.below(g.path)) {
				if err := os.Remove(directory); err != nil && !errors.Is(err, fs.ErrNotExist) {
					errs = append(errs, fmt.Errorf("remove cgroup: %w", err))
				}
			}
		}
		return errors.Join(errs...)
	})
}

// RemoveEmpty removes the group unless another one is below it.
func (g *Group) RemoveEmpty() {
	for _, h := range g.hierarchies {
		_ = os.Remove(h.directory(g.path))
	}
}

// below returns the directories of a group and of those below it, parents first.
func (h hierarchy) below(path string) (directories []string) {
	_ = filepath.WalkDir(h.directory(path), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() { // not removed meanwhile
			directories = append(directories, name)
		}
		return nil
	})
	return directories
}

func write(file, value string) error {
	err := os.WriteFile(file, []byte(value), 0)
	if err != nil {
		return fmt.Errorf("write %s to a cgroup: %w", value, err)
	}
	return nil
}

func read(file string) string {
	content, _ := os.ReadFile(file)
	return string(bytes.TrimSpace(content))
}
