package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Freeze stops every process in the cgroup of the process, and lets them go on.
func Freeze(pid int) error {
	hierarchies, err := readHierarchies()
	if err != nil {
		return err
	}
	for _, h := range hierarchies {
		if !h.has("freezer") {
			continue
		}
		path, err := h.pathOf(pid)
		if err != nil {
			return err
		}
		return h.freeze(path)
	}
	return fmt.Errorf("the machine has no cgroup freezer")
}

// pathOf returns the path of the process's cgroup (cgroups(7), /proc/PID/cgroup).
func (h hierarchy) pathOf(pid int) (string, error) {
	file := fmt.Sprintf("/proc/%d/cgroup", pid)
	table, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) < 3 {
			continue
		}
		controllers := strings.Split(fields[1], ",")
		if h.unified && fields[0] == "0" || !h.unified && slices.Contains(controllers, "freezer") {
			return fields[2], nil
		}
	}
	return "", fmt.Errorf("%s: names no cgroup with a freezer", file)
}

func (h hierarchy) freeze(path string) error {
	control, frozen, thawed, state, sign := "freezer.state", "FROZEN", "THAWED", "freezer.state", "FROZEN"
	if h.unified {
		control, frozen, thawed, state, sign = "cgroup.freeze", "1", "0", "cgroup.events", "frozen 1"
	}
	directory := h.directory(path)
	if path == "/" {
		return fmt.Errorf("the process is in the root cgroup, which cannot be frozen")
	}
	if err := write(filepath.Join(directory, control), frozen); err != nil {
		return err
	}
	err := eventually(func() error {
		if text := read(filepath.Join(directory, state)); !strings.Contains(text, sign) {
			return fmt.Errorf("cgroup %s does not freeze: %s", path, text)
		}
		return nil
	})
	if thaw := write(filepath.Join(directory, control), thawed); thaw != nil {
		return thaw
	}
	return err
}

// thaw lets what is frozen in the group or below it go on, without which version 1 does not
// let it end.
func (g *Group) thaw() {
	for _, h := range g.hierarchies {
		if h.unified || !h.has("freezer") {
			continue
		}
		for _, directory := range h.below(g.path) {
			_ = write(filepath.Join(directory, "freezer.state"), "THAWED")
		}
	}
}
