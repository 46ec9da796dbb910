package cgroup

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/podsandbox/pause/conformance/engine"
)

// Limits are the most of a group and all that is below it; zero is no limit.
type Limits struct {
	PIDs   int64
	Memory int64 // in bytes, swap included
}

// Limit makes the group with the limits. An error says which one cannot be set.
func (g *Group) Limit(limits Limits) error {
	if err := g.limit("pids", limits.PIDs, "pids.max", "pids.max"); err != nil {
		return err
	}
	return g.limit("memory", limits.Memory, "memory.limit_in_bytes", "memory.max")
}

// LimitRun makes the group of a run with engine.RunPIDsLimit and engine.RunMemoryLimit, as
// far as the machine has controllers of them.
func (g *Group) LimitRun() {
	_ = g.Limit(Limits{PIDs: engine.RunPIDsLimit})
	_ = g.Limit(Limits{Memory: engine.RunMemoryLimit})
}

func (g *Group) limit(controller string, limit int64, version1, version2 string) error {
	if limit == 0 {
		return nil
	}
	for _, h := range g.hierarchies {
		if !h.has(controller) {
			continue
		}
		if err := h.make(g.path); err != nil {
			return err
		}
		file, swap, without := version1, swapLimit, fmt.Sprint(limit)
		if h.unified {
			file, swap, without = version2, "memory.swap.max", "0"
		}
		if err := write(filepath.Join(h.directory(g.path), file), fmt.Sprint(limit)); err != nil {
			return err
		}
		if controller == "memory" {
			_ = write(filepath.Join(h.directory(g.path), swap), without)
		}
		return nil
	}
	return errors.New(g.Lacks(controller))
}

// swapLimit is version 1's limit of memory and swap together. A kernel need not count swap.
const swapLimit = "memory.memsw.limit_in_bytes"

// Weigh makes the group and gives it the weight of all processors, as the kubelet does with
// that of all pods (pkg/kubelet/cm/node_container_manager_linux.go). On a busy machine its
// sandboxes have their turn then. It is no error where that fails.
func (g *Group) Weigh() {
	for _, h := range g.hierarchies {
		file, processor := "cpu.shares", 1024
		if h.unified {
			file, processor = "cpu.weight", 100
		}
		if h.has("cpu") && h.make(g.path) == nil {
			_ = write(filepath.Join(h.directory(g.path), file), fmt.Sprint(processor*runtime.NumCPU()))
		}
	}
}
