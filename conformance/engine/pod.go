package engine

// Pod says how a sandbox is run. The zero value is the strictest pod that CRI
// runtimes make: the image's user, a read-only root file system, no capability, no new
// privileges, the runtime's default seccomp profile, the cpu weight of a pod's sandbox
// (cpu.shares 2), the limits of descriptors of a service, no terminal, and no network.
type Pod struct {
	// Entrypoint and Arguments replace the image's Entrypoint and Cmd unless nil. An
	// engine whose sandboxes take neither runs the image as an app container of a pod,
	// as kubeadm's upgrade check does with -v.
	Entrypoint, Arguments []string

	// User is uid, uid:gid or a name, in place of the image's.
	User string

	// Own asks for a pod that no other sandbox is in: the check looks at the pod, such
	// as its namespaces or its end. An engine that has one pod for all its sandboxes
	// returns an *UnsupportedError.
	Own bool

	Hostname string
	Network  Network

	// PIDsOf is the sandbox whose PID namespace is joined; nil for a namespace of its own.
	PIDsOf Sandbox

	// HostPIDs and HostIPC use the namespaces of the host.
	HostPIDs, HostIPC bool

	// UserNamespace maps the ids of the sandbox to others on the host.
	UserNamespace bool

	Sysctls map[string]string

	// OwnParent gives the sandbox a parent process that KillParent can end. Engines that
	// cannot do that ignore it.
	OwnParent bool

	// WritableRoot and Privileges make the pod milder: a root file system that can be
	// written to; the engine's default capabilities, and new privileges allowed.
	WritableRoot, Privileges bool

	// PIDsLimit is the most processes of the sandbox itself, without those of containers
	// that join it, and MemoryLimit the most bytes. Where they are zero, the engine applies
	// the defaults as far as it can, see Limits. A limit that is set and cannot be applied
	// is an *UnsupportedError.
	PIDsLimit, MemoryLimit int64

	// Dense is for a pod of which there are a hundred side by side.
	Dense bool
}

// The soft and the hard limit of descriptors of a sandbox. Services have the soft one (systemd.exec(5),
// LimitNOFILE=), and sandboxes the runtime's; the hard one is below what any engine has itself.
const (
	SoftDescriptors = 1024
	HardDescriptors = 4096
)

// Network is the network of a sandbox.
type Network int

const (
	// NoNetwork is a namespace of its own without an address. The CRI has no such pods,
	// and gives them PodNetwork.
	NoNetwork Network = iota

	// PodNetwork is a namespace of its own with an address, as a CNI plugin gives.
	PodNetwork

	// HostNetwork is the host's namespace.
	HostNetwork
)

// Namespaces are the sandbox's namespaces that a container joins. An engine may share
// more of them than are asked for, and never fewer.
type Namespaces struct {
	Network, PIDs, IPC, UTS bool
}

// Shared are the namespaces of a pod with a shared PID namespace, but UTS, which not
// every engine shares.
var Shared = Namespaces{Network: true, PIDs: true, IPC: true}
