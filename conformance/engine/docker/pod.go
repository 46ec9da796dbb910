package docker

import (
	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"

	"github.com/podsandbox/pause/conformance/engine"
)

// shares are the cpu.shares of a pod's sandbox (kubernetes pkg/kubelet/cm/helpers_linux.go, MinShares).
const shares = 2

// request puts a pod into the engine's terms.
func (e *Engine) request(pod engine.Pod) (testcontainers.ContainerRequest, error) {
	switch {
	case pod.UserNamespace:
		return testcontainers.ContainerRequest{}, engine.Unsupported("the engine maps the users of all containers or of none")
	case (pod.PIDsLimit > 0 || pod.MemoryLimit > 0) && !e.limits:
		return testcontainers.ContainerRequest{}, engine.Unsupported("the engine has no cgroup controller for memory or for pids, and discards their limits")
	}
	return testcontainers.ContainerRequest{
		Entrypoint: pod.Entrypoint,
		Cmd:        pod.Arguments,
		ConfigModifier: func(config *container.Config) {
			config.User = pod.User
			config.Hostname = pod.Hostname
			// The runtime's own empty namespace: Docker's takes longer than all the rest.
			config.NetworkDisabled = pod.Network == engine.NoNetwork
			// The CRI knows no health check, which Docker would run in the sandbox.
			config.Healthcheck = &container.HealthConfig{Test: []string{"NONE"}}
		},
		HostConfigModifier: func(host *container.HostConfig) {
			configure(host, pod)
			e.limitDescriptors(host)
		},
	}, nil
}

// limitDescriptors leaves podman alone, which with one limit sets the others to more than a
// limited root may.
func (e *Engine) limitDescriptors(host *container.HostConfig) {
	if e.info.Name != podman {
		host.Ulimits = []*container.Ulimit{{Name: "nofile", Soft: engine.SoftDescriptors, Hard: engine.HardDescriptors}}
	}
}

func configure(host *container.HostConfig, pod engine.Pod) {
	host.ReadonlyRootfs = !pod.WritableRoot
	if !pod.Privileges {
		host.CapDrop = []string{"ALL"}
		host.SecurityOpt = []string{"no-new-privileges"}
	}
	host.CPUShares = shares
	host.NetworkMode = map[engine.Network]container.NetworkMode{
		engine.NoNetwork: "none", engine.PodNetwork: "bridge", engine.HostNetwork: "host",
	}[pod.Network]
	host.IpcMode = "shareable"
	if pod.HostIPC {
		host.IpcMode = "host"
	}
	if pod.HostPIDs {
		host.PidMode = "host"
	}
	if other, ours := pod.PIDsOf.(*sandbox); ours {
		host.PidMode = container.PidMode(join(other.id))
	}
	host.Sysctls = pod.Sysctls
	pids, memory := pod.Limits()
	host.PidsLimit, host.Memory = &pids, memory
	host.MemorySwap = host.Memory
}
