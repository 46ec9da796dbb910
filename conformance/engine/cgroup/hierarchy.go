package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// hierarchy is one mounted hierarchy. Version 2 has one for all controllers.
type hierarchy struct {
	mount       string
	controllers []string // of version 1
	unified     bool     // version 2, where runtimes use it
}

func (h hierarchy) directory(path string) string { return filepath.Join(h.mount, path) }

// has tells whether the hierarchy has the controller. The freezer is part of every group of
// version 2.
func (h hierarchy) has(controller string) bool {
	if h.unified {
		return controller == "freezer" || slices.Contains(strings.Fields(read(filepath.Join(h.mount, "cgroup.controllers"))), controller)
	}
	return slices.Contains(h.controllers, controller)
}

// make makes the group's directory. Version 2 has a controller's files where the
// parent hands the controller down.
func (h hierarchy) make(path string) error {
	parent := h.mount
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if h.unified {
			for _, controller := range []string{"pids", "memory", "cpu"} {
				// A controller that is missing shows where a limit is set.
				_ = write(filepath.Join(parent, "cgroup.subtree_control"), "+"+controller)
			}
		}
		parent = filepath.Join(parent, name)
		if err := os.Mkdir(parent, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("make a cgroup, which a run as root on a writable %s does: %w", h.mount, err)
		}
	}
	return nil
}

// readHierarchies returns the hierarchies that this process sees.
func readHierarchies() ([]hierarchy, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parse(string(table))
}

// root is where version 2 is mounted on a host whose runtimes use it. Beside it a host may
// have hierarchies of version 1 that no runtime looks at, such as a VPN's net_cls.
const root = "/sys/fs/cgroup"

// parse returns the hierarchies of a mount table, see proc_pid_mountinfo(5). The first one
// has the controllers of processes where any has.
func parse(mountinfo string) (hierarchies []hierarchy, err error) {
	for line := range strings.Lines(mountinfo) {
		left, right, _ := strings.Cut(line, " - ")
		fields, kind := strings.Fields(left), strings.Fields(right)
		if len(fields) < 5 || len(kind) < 3 {
			continue
		}
		switch mount := fields[4]; {
		case kind[0] == "cgroup":
			hierarchies = append(hierarchies, hierarchy{mount: mount, controllers: strings.Split(kind[2], ",")})
		case kind[0] == "cgroup2" && mount == root:
			return []hierarchy{{mount: mount, unified: true}}, nil
		case kind[0] == "cgroup2":
			hierarchies = append(hierarchies, hierarchy{mount: mount})
		}
	}
	if len(hierarchies) == 0 {
		return nil, errors.New("no cgroup hierarchy is mounted: mount one at " + root)
	}
	if len(hierarchies) == 1 && hierarchies[0].controllers == nil {
		hierarchies[0].unified = true
	}
	slices.SortStableFunc(hierarchies, func(a, b hierarchy) int {
		switch pids := a.has("pids"); {
		case pids == b.has("pids"):
			return 0
		case pids:
			return -1
		}
		return 1
	})
	return hierarchies, nil
}

// eventually tries until the error is nil, for the kernel ends processes and empties
// cgroups in its own time.
func eventually(try func() error) (err error) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err = try(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
