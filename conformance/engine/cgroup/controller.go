package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Version is "2" where runtimes use version 2, and "1" elsewhere, as Docker says it.
func (g *Group) Version() string {
	if slices.ContainsFunc(g.hierarchies, func(h hierarchy) bool { return h.unified }) {
		return "2"
	}
	return "1"
}

// Lacks says why the machine cannot use a controller of cgroups(7), and is empty where it can.
func (g *Group) Lacks(controller string) string {
	if slices.ContainsFunc(g.hierarchies, func(h hierarchy) bool { return h.has(controller) }) {
		return ""
	}
	return fmt.Sprintf("the host has no cgroup controller %s: mount it, or boot a kernel that has it", controller)
}

// LimitsSwap tells whether a limit of memory can hold swap.
func (g *Group) LimitsSwap() bool {
	return slices.ContainsFunc(g.hierarchies, func(h hierarchy) bool {
		_, err := os.Stat(filepath.Join(h.mount, swapLimit))
		return h.unified || h.has("memory") && err == nil
	})
}
