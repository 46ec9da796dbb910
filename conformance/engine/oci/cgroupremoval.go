package oci

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// kill ends every process below the cgroup, and waits for that until the deadline.
func (c cgroups) kill(cgroup string, deadline time.Time) error {
	for {
		c.thaw(cgroup)
		processes := c.processes(cgroup)
		if len(processes) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v of cgroup %s do not end", processes, cgroup)
		}
		for _, pid := range processes {
			if pidfd, err := unix.PidfdOpen(pid, 0); err == nil {
				// The id may be another process's by now, unless the cgroup has it still.
				if slices.Contains(c.processes(cgroup), pid) {
					_ = unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0)
				}
				unix.Close(pidfd)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// thaw lets frozen processes go on, without which version 1 does not let them end.
func (c cgroups) thaw(cgroup string) {
	for path := range c.files(cgroup, "freezer.state") {
		_ = os.WriteFile(path, []byte("THAWED"), 0)
	}
}

// processes lists the processes below the cgroup, in any hierarchy.
func (c cgroups) processes(cgroup string) (pids []int) {
	for path := range c.files(cgroup, "cgroup.procs") {
		list, _ := os.ReadFile(path)
		for field := range strings.FieldsSeq(string(list)) {
			if pid, err := strconv.Atoi(field); err == nil && pid > 0 && !slices.Contains(pids, pid) {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// files are those of one name below the cgroup, in all hierarchies.
func (c cgroups) files(cgroup, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, directory := range c.directories(cgroup) {
			if path := filepath.Join(directory, name); exists(path) && !yield(path) {
				return
			}
		}
	}
}

// directories are those of the cgroup and of the ones below, parents first.
func (c cgroups) directories(cgroup string) (directories []string) {
	for _, point := range c.mounts {
		_ = filepath.WalkDir(filepath.Join(point, cgroup), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				directories = append(directories, path)
			}
			return nil
		})
	}
	return directories
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// remove removes the cgroup and those below, which must have no process.
func (c cgroups) remove(cgroup string) error {
	var errs []error
	for _, directory := range slices.Backward(c.directories(cgroup)) {
		if err := os.Remove(directory); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
