package engine

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// NeedsRoot returns an error where this process is not root, or is root of a user namespace that has not
// the users of containers. Its text goes on after the name of what needs root.
func NeedsRoot() error {
	if os.Geteuid() != 0 {
		return errors.New("needs root: run as root, or choose another --engine")
	}
	if mapping, err := os.ReadFile("/proc/self/uid_map"); err == nil && !mapsUsers(string(mapping)) {
		return errors.New("needs root of the machine, and this is root of a user namespace with few users: leave it, or choose another --engine")
	}
	return nil
}

// mapsUsers tells whether the uid_map of a process has the users that containers have, who are 65,536 at
// least: in a user namespace of unshare(1) there is root alone.
func mapsUsers(mapping string) bool {
	var total uint64
	for line := range strings.Lines(mapping) {
		var inside, outside, count uint64
		_, _ = fmt.Sscan(line, &inside, &outside, &count)
		total += count
	}
	return total >= 1<<16
}
