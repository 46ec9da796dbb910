package oci

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// sandboxShares is the cpu weight of a pod's sandbox: the least there is.
const sandboxShares = 2

// weigh makes the cgroup of a run and gives it the weight of all processors, as the
// kubelet does with that of all pods (pkg/kubelet/cm/node_container_manager_linux.go). On a
// busy machine its sandboxes have their turn then. It is no error where that fails.
func (c cgroups) weigh(cgroup string) {
	for _, point := range c.mounts {
		directory := filepath.Join(point, cgroup)
		switch {
		case exists(filepath.Join(point, "cpu.shares")):
			setWeight(directory, "cpu.shares", 1024)
		case c.version == "2":
			setWeight(directory, "cpu.weight", 100)
		}
	}
}

func setWeight(directory, file string, ofProcessor int) {
	_ = os.Mkdir(directory, 0o755)
	_ = os.WriteFile(filepath.Join(directory, file), fmt.Append(nil, ofProcessor*runtime.NumCPU()), 0)
}

// limit sets the resources of a sandbox. A limit of the pod that the host cannot apply
// is an *engine.UnsupportedError; a default one is left out there.
func (c cgroups) limit(resources *specs.LinuxResources, pod engine.Pod) error {
	if c.missing("cpu") == "" {
		shares := uint64(sandboxShares)
		resources.CPU = &specs.LinuxCPU{Shares: &shares}
	}
	pids, memory := pod.Limits()
	if missing := c.missing("pids"); missing == "" {
		resources.Pids = &specs.LinuxPids{Limit: &pids}
	} else if pod.PIDsLimit > 0 {
		return engine.Unsupported("%s", missing)
	}
	if missing := c.missing("memory"); missing == "" {
		resources.Memory = &specs.LinuxMemory{Limit: &memory}
		if c.swap {
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
