package conformance

// EngineName is a choice of the engine.
type EngineName string

const (
	// Docker is a Docker-compatible engine: Docker, or Podman's service.
	Docker EngineName = "docker"

	// OCI is an OCI runtime without a daemon: runc, crun, youki.
	OCI EngineName = "oci"

	// Containerd is a containerd of the suite's own, driven by the CRI. It needs root.
	Containerd EngineName = "containerd"

	// CRI is a runtime of Kubernetes nodes by the Container Runtime Interface:
	// containerd or CRI-O.
	CRI EngineName = "cri"

	// Machine is an OCI runtime in a virtual machine of the image's platform, whose
	// processor is emulated. It needs qemu-system, and neither root nor a daemon.
	Machine EngineName = "machine"
)

// EngineDescription describes an engine to users.
type EngineDescription struct {
	Name        EngineName `json:"name"`
	Description string     `json:"description"`
}

// Engines are all engines, the default one first.
func Engines() []EngineDescription {
	return []EngineDescription{
		{Docker, "Docker, or Podman's service: DOCKER_HOST, the docker context, or a default socket"},
		{OCI, "an OCI runtime without a daemon, as root: --runtime runc, crun, or a path"},
		{Containerd, "real pods on a containerd of the suite's own, as root: containerd and CNI plugins have to be installed"},
		{CRI, "a node's own runtime, containerd or CRI-O: --cri-endpoint names its socket"},
		{Machine, "an OCI runtime in a virtual machine of any platform; it needs qemu-system, but not root, and fetches kernel and runtime from Debian unless --kernel and --runtime name files"},
	}
}

func engineNames() (names []EngineName) {
	for _, engine := range Engines() {
		names = append(names, engine.Name)
	}
	return names
}
