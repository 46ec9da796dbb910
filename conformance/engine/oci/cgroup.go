package oci

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// hybridCgroup is where a host that has both versions of cgroups mounts the second.
const hybridCgroup = "/sys/fs/cgroup/unified"

// cgroups are the cgroup hierarchies of the host.
type cgroups struct {
	version     string   // "1" or "2", as Docker says it
	mounts      []string // mount points
	controllers []string
	swap        bool // limits of memory can hold swap
}

// readCgroups reads /proc/self/mountinfo, see proc_pid_mountinfo(5).
func readCgroups() (cgroups, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return cgroups{}, err
	}
	return parseCgroups(string(table))
}

func parseCgroups(mountinfo string) (c cgroups, err error) {
	c.version = "2"
	for line := range strings.Lines(mountinfo) {
		mount, source, _ := strings.Cut(line, " - ")
		fields, super := strings.Fields(mount), strings.Fields(source)
		if len(fields) < 6 || len(super) < 3 {
			continue
		}
		point := fields[4]
		switch {
		case super[0] == "cgroup":
			c.version = "1"
			c.mounts = append(c.mounts, point)
			options := strings.Split(super[2], ",")
			c.controllers = append(c.controllers, options...)
			if slices.Contains(options, "memory") {
				_, err := os.Stat(filepath.Join(point, "memory.memsw.limit_in_bytes"))
				c.swap = err == nil
			}
		case super[0] == "cgroup2" && point != hybridCgroup:
			c.mounts = append(c.mounts, point)
			controllers, _ := os.ReadFile(filepath.Join(point, "cgroup.controllers"))
			c.controllers = append(c.controllers, strings.Fields(string(controllers))...)
			c.controllers = append(c.controllers, "freezer") // is part of every cgroup
			c.swap = true
		}
	}
	if len(c.mounts) == 0 {
		return c, errors.New("no cgroups are mounted: mount them at /sys/fs/cgroup")
	}
	return c, nil
}

// missing returns why a controller cannot be used, or an empty string.
func (c cgroups) missing(controller string) string {
	if slices.Contains(c.controllers, controller) {
		return ""
	}
	return fmt.Sprintf("the host has no cgroup controller %s: mount it, or boot a kernel that has it", controller)
}
