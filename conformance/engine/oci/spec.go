package oci

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/podsandbox/pause/conformance/engine"
)

// defaultPath is what container engines set where an image sets no PATH.
const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// defaultCapabilities are those of Docker and containerd, without CAP_.
var defaultCapabilities = []string{
	"CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID",
	"SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
}

// sandboxSpec returns the runtime's configuration for a pod. Its paths are for the
// bundle's directory.
func sandboxSpec(pod engine.Pod, config v1.Config, root, directory string) (*specs.Spec, error) {
	if err := possible(pod); err != nil {
		return nil, err
	}
	process, err := process1(pod, config, root)
	if err != nil {
		return nil, &engine.StartError{Err: err}
	}
	spec := baseSpec(process)
	spec.Root = &specs.Root{Path: root, Readonly: !pod.WritableRoot}
	spec.Hostname = pod.Hostname
	spec.Mounts = mounts(shm(pod, directory))
	spec.Linux.Namespaces = namespaces(pod)
	spec.Linux.Sysctl = pod.Sysctls
	if pod.UserNamespace {
		spec.Linux.UIDMappings, spec.Linux.GIDMappings = idMappings, idMappings
	}
	spec.Linux.Seccomp = seccompProfile(pod.Privileges)
	return spec, nil
}

// possible returns why there is no such pod.
func possible(pod engine.Pod) error {
	switch {
	case pod.UserNamespace && (pod.HostIPC || pod.HostPIDs || pod.Network == engine.HostNetwork):
		return engine.Unsupported("a pod with a user namespace has no namespace of the host, see hostUsers of Kubernetes")
	case pod.Hostname != "" && pod.Network == engine.HostNetwork:
		return engine.Unsupported("a pod in the host's network namespace has the host's name")
	}
	return nil
}

// process1 returns the process that the image's configuration and the pod describe.
func process1(pod engine.Pod, config v1.Config, root string) (*specs.Process, error) {
	entrypoint, arguments := config.Entrypoint, config.Cmd
	if pod.Entrypoint != nil {
		entrypoint, arguments = pod.Entrypoint, nil // as a Kubernetes command without args
	}
	if pod.Arguments != nil {
		arguments = pod.Arguments
	}
	command := slices.Concat(entrypoint, arguments)
	if len(command) == 0 {
		return nil, fmt.Errorf("the image has neither an entrypoint nor a command")
	}
	name := config.User
	if pod.User != "" {
		name = pod.User
	}
	user, err := findUser(root, name)
	if err != nil {
		return nil, err
	}
	process := &specs.Process{
		User: user, Args: command, Env: environment(config.Env), Cwd: filepath.Join("/", config.WorkingDir),
		Capabilities: new(specs.LinuxCapabilities), NoNewPrivileges: !pod.Privileges,
		Rlimits: []specs.POSIXRlimit{descriptors()},
	}
	if pod.Privileges {
		process.Capabilities = capabilities(defaultCapabilities...)
		if user.UID != 0 { // whose programs get none by execve(2), nor does the runtime for it
			process.Capabilities.Effective, process.Capabilities.Permitted = nil, nil
		}
	}
	if lowersOOMScore() {
		score := -998 // of every pod's sandbox, see the kubelet's pkg/kubelet/qos
		process.OOMScoreAdj = &score
	}
	return process, nil
}

func environment(variables []string) []string {
	if slices.ContainsFunc(variables, func(variable string) bool { return strings.HasPrefix(variable, "PATH=") }) {
		return variables
	}
	return append([]string{defaultPath}, variables...)
}

func capabilities(names ...string) *specs.LinuxCapabilities {
	var all []string
	for _, name := range names {
		all = append(all, "CAP_"+name)
	}
	return &specs.LinuxCapabilities{Bounding: all, Effective: all, Permitted: all}
}

// baseSpec is what sandboxes and app containers have in common.
func baseSpec(process *specs.Process) *specs.Spec {
	return &specs.Spec{
		Version: "1.0.2", // what the oldest runtimes in use know
		Process: process,
		Linux: &specs.Linux{
			MaskedPaths: []string{
				"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
				"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
				"/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
			},
			ReadonlyPaths: []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"},
			Resources:     &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Access: "rwm"}}},
		},
	}
}

// mounts are those that CRI runtimes give a sandbox, whose /dev/shm all containers of
// the pod share.
func mounts(shm string) []specs.Mount {
	return []specs.Mount{
		{Destination: "/proc", Type: "proc", Source: "proc", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/dev", Type: "tmpfs", Source: "tmpfs", Options: []string{"nosuid", "strictatime", "mode=755", "size=65536k"}},
		{Destination: "/dev/pts", Type: "devpts", Source: "devpts", Options: []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
		{Destination: "/dev/mqueue", Type: "mqueue", Source: "mqueue", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/dev/shm", Type: "bind", Source: shm, Options: []string{"bind", "nosuid", "noexec", "nodev"}},
		{Destination: "/sys", Type: "sysfs", Source: "sysfs", Options: []string{"nosuid", "noexec", "nodev", "ro"}},
	}
}

func shm(pod engine.Pod, directory string) string {
	if pod.HostIPC {
		return "/dev/shm"
	}
	return filepath.Join(directory, "shm")
}
