// Package workspace is what a run has on this machine for its pods: a directory and a
// cgroup, which bear the run's id, so that a later run can remove those of a killed one.
package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// prefix begins the names of the directory and of the cgroup.
const prefix = "pause-conformance-cri-"

// Workspace is that of one run.
type Workspace struct {
	// Directory is for this run alone. Sockets in it have a short path.
	Directory string

	// Group is the parent of all the run's cgroups. It need not exist.
	Group *cgroup.Group
}

// New makes the directory of the run.
func New(run engine.RunID) (*Workspace, error) {
	w, err := open(string(run))
	if err != nil {
		return nil, err
	}
	// A user namespace's root must get through, and nobody else in.
	if err := os.Mkdir(w.Directory, 0o711); err != nil {
		return nil, fmt.Errorf("make the run's directory: %w", err)
	}
	return w, nil
}

func open(run string) (*Workspace, error) {
	group, err := cgroup.Open("/" + prefix + run)
	if err != nil {
		return nil, err
	}
	return &Workspace{filepath.Join(os.TempDir(), prefix+run), group}, nil
}

// Remove kills the processes in the cgroup, and removes the cgroup and the directory.
func (w *Workspace) Remove() error {
	err := w.Group.Kill()
	if err == nil {
		err = w.Group.Remove()
	}
	return errors.Join(err, os.RemoveAll(w.Directory))
}

// Sweep removes the workspaces of runs that were killed.
func Sweep() error {
	root, err := cgroup.Open("/")
	if err != nil {
		return err
	}
	names := root.Children()
	directories, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, directory := range directories {
		if isOwn(directory) {
			names = append(names, filepath.Base(directory))
		}
	}
	var errs []error
	for _, name := range names {
		run, isWorkspace := strings.CutPrefix(name, prefix)
		if !isWorkspace || !engine.RunID(run).Abandoned() {
			continue
		}
		w, err := open(run)
		if err == nil {
			err = w.Remove()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("remove what the killed run %s has left: %w", run, err))
		}
	}
	return errors.Join(errs...)
}

// isOwn tells whether the directory is this user's own: anybody can make one with such
// a name in /tmp.
func isOwn(directory string) bool {
	var info unix.Stat_t
	return unix.Lstat(directory, &info) == nil && int(info.Uid) == os.Geteuid()
}
