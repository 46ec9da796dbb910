package oci

import (
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// sandboxShares is the cpu weight of a pod's sandbox: the least there is.
const sandboxShares = 2

// limit sets the resources of a sandbox. A limit of the pod that the host cannot apply
// is an *engine.UnsupportedError; a default one is left out there.
func limit(host *cgroup.Group, resources *specs.LinuxResources, pod engine.Pod) error {
	if host.Lacks("cpu") == "" {
		shares := uint64(sandboxShares)
		resources.CPU = &specs.LinuxCPU{Shares: &shares}
	}
	pids, memory := pod.Limits()
	if missing := host.Lacks("pids"); missing == "" {
		resources.Pids = &specs.LinuxPids{Limit: &pids}
	} else if pod.PIDsLimit > 0 {
		return engine.Unsupported("%s", missing)
	}
	if missing := host.Lacks("memory"); missing == "" {
		resources.Memory = &specs.LinuxMemory{Limit: &memory}
		if host.LimitsSwap() {
			resources.Memory.Swap = &memory // memory and swap together
		}
	} else if pod.MemoryLimit > 0 {
		return engine.Unsupported("%s", missing)
	}
	return nil
}

// lowersOOMScore tells whether this program may make a process less likely to be killed
// than it is itself. Root may lack the capability, as in some virtual machines.
func lowersOOMScore() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	return err == nil && data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) != 0
}

// descriptors is the limit of open files: no higher than this program's, which root may not be allowed to
// exceed (CAP_SYS_RESOURCE, capabilities(7)).
func descriptors() specs.POSIXRlimit {
	var own unix.Rlimit
	hard := uint64(engine.HardDescriptors)
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &own); err == nil {
		hard = min(hard, own.Max)
	}
	return specs.POSIXRlimit{Type: "RLIMIT_NOFILE", Soft: min(engine.SoftDescriptors, hard), Hard: hard}
}
