package oci

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// runs is the directory that holds one directory for each run.
const runs = "/run/pause-conformance"

// cgroupOf is the cgroup that holds one cgroup for each pod of the run.
func cgroupOf(run engine.RunID) string { return "/pause-conformance-" + string(run) }

// sweepAbandoned removes what killed runs of this machine have left behind, and nothing
// that belongs to a live run or to others.
func sweepAbandoned() error {
	entries, err := os.ReadDir(runs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, run := range abandonedRuns(entries) {
		errs = append(errs, sweep(run))
	}
	return errors.Join(errs...)
}

// abandonedRuns returns the runs among the entries whose process has ended.
func abandonedRuns(entries []fs.DirEntry) (ids []engine.RunID) {
	for _, entry := range entries {
		if run := engine.RunID(entry.Name()); entry.IsDir() && run.Abandoned() {
			ids = append(ids, run)
		}
	}
	return ids
}

// sweep ends the processes of a run, and removes its cgroups and files. Mounts and
// namespaces end with the processes.
func sweep(run engine.RunID) error {
	group, err := cgroup.Open(cgroupOf(run))
	if err != nil {
		return err
	}
	if err := group.Kill(); err != nil {
		return err // the files would hide that they are still there
	}
	err = errors.Join(group.Remove(), os.RemoveAll(filepath.Join(runs, string(run))))
	_ = os.Remove(runs) // of the last run
	return err
}

// sweepOwn sweeps this run, whose mounts last as long as the program otherwise.
func (e *Engine) sweepOwn() error {
	if err := e.cgroup.Kill(); err != nil {
		return err
	}
	if err := e.launcher.Do(func() error { return unmountBelow(e.directory) }); err != nil {
		return err
	}
	return sweep(e.run)
}

// unmountBelow unmounts whatever is mounted below the directory.
func unmountBelow(directory string) error {
	table, err := os.ReadFile("/proc/thread-self/mountinfo")
	if err != nil {
		return err
	}
	var errs []error
	lines := strings.Split(string(table), "\n")
	for _, line := range slices.Backward(lines) {
		fields := strings.Fields(line)
		if len(fields) < 5 || !strings.HasPrefix(fields[4], directory+"/") {
			continue
		}
		if err := unix.Unmount(fields[4], unix.MNT_DETACH); err != nil {
			errs = append(errs, fmt.Errorf("unmount %s: %w", fields[4], err))
		}
	}
	return errors.Join(errs...)
}
