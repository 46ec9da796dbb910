package oci

import (
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// sandboxShares is the cpu weight of a pod's sandbox: the least there is.
const sandboxShares = 2

// limit sets the resources of a sandbox. A limit of the pod that the host cannot apply
// is an *engine.UnsupportedError; a default one is left out there.
func (c cgroups) limit(resources *specs.LinuxResources, pod engine.Pod) error {
	if c.missing("cpu") == "" {
		shares := uint64(sandboxShares)
		resources.CPU = &specs.LinuxCPU{Shares: &shares}
	}
	if missing := c.missing("pids"); missing == "" {
		limit := limitOr(pod.PIDsLimit, engine.DefaultPIDsLimit)
		resources.Pids = &specs.LinuxPids{Limit: &limit}
	} else if pod.PIDsLimit > 0 {
		return engine.Unsupported("%s", missing)
	}
	if missing := c.missing("memory"); missing == "" {
		limit := limitOr(pod.MemoryLimit, engine.DefaultMemoryLimit)
		resources.Memory = &specs.LinuxMemory{Limit: &limit}
		if c.swap {
			resources.Memory.Swap = &limit // memory and swap together
		}
	} else if pod.MemoryLimit > 0 {
		return engine.Unsupported("%s", missing)
	}
	return nil
}

func limitOr(limit, standard int64) int64 {
	if limit > 0 {
		return limit
	}
	return standard
}

// lowersOOMScore tells whether this program may make a process less likely to be killed
// than it is itself. Root may lack the capability, as in some virtual machines.
func lowersOOMScore() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	return err == nil && data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) != 0
}
