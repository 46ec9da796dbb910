package engine

import "cmp"

// The limits of a sandbox for which a check sets none, in processes and bytes. They keep a
// hostile image from the machine, which may have 4 GiB.
const (
	DefaultPIDsLimit   = 64
	DefaultMemoryLimit = 64 << 20

	// DenseMemoryLimit is the memory of a dense pod. Two and a half times as much as
	// PID-LIMITS gives a sandbox is enough, and a hundred times as much is not too much.
	DenseMemoryLimit = 16 << 20
)

// The limits of all pods of a run together, probes and their orphans included. An engine
// applies them where the pods of a run have a cgroup of their own.
const (
	RunPIDsLimit   = 16384
	RunMemoryLimit = 2 << 30
)

// Limits are the pod's own limits, or else the defaults.
func (p Pod) Limits() (pids, memory int64) {
	standard := int64(DefaultMemoryLimit)
	if p.Dense {
		standard = DenseMemoryLimit
	}
	return cmp.Or(p.PIDsLimit, DefaultPIDsLimit), cmp.Or(p.MemoryLimit, standard)
}
