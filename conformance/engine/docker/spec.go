package engine

import "github.com/moby/moby/api/types/container"

// Spec says how a container is run. Its zero value, with an image, is a sandbox
// under the engine's default profile, without a network: what CRI runtimes ask
// for beyond that is judged by requirements of its own.
type Spec struct {
	Image      string
	Entrypoint []string // instead of the image's
	Cmd        []string
	User       string // instead of the image's

	// NetworkOf, PIDsOf, IPCOf and UTSOf name the container whose namespace is
	// joined. Network is used where NetworkOf is empty: none unless set.
	NetworkOf, PIDsOf, IPCOf, UTSOf string
	Network                         string

	Hostname    string
	OpenStdin   bool
	ReadOnly    bool // root file system
	Hardened    bool // no capability, no new privileges
	AddCaps     []string
	PIDsLimit   int64 // 0 for none
	MemoryLimit int64 // in bytes, 0 for none
}

func (e *Engine) configure(host *container.HostConfig, spec Spec) {
	host.Runtime = e.runtime
	host.Init = new(bool) // an engine may be set to put its own init first
	host.ReadonlyRootfs = spec.ReadOnly
	host.CapAdd = spec.AddCaps
	if spec.Hardened {
		host.CapDrop = []string{"ALL"}
		host.SecurityOpt = []string{"no-new-privileges"}
	}
	host.NetworkMode = "none"
	if spec.Network != "" {
		host.NetworkMode = container.NetworkMode(spec.Network)
	}
	host.IpcMode = "shareable"
	join := func(id string) string { return "container:" + id }
	if spec.NetworkOf != "" {
		host.NetworkMode = container.NetworkMode(join(spec.NetworkOf))
	}
	if spec.PIDsOf != "" {
		host.PidMode = container.PidMode(join(spec.PIDsOf))
	}
	if spec.IPCOf != "" {
		host.IpcMode = container.IpcMode(join(spec.IPCOf))
	}
	if spec.UTSOf != "" {
		host.UTSMode = container.UTSMode(join(spec.UTSOf))
	}
	unlimited := int64(-1)
	host.PidsLimit = &unlimited
	if spec.PIDsLimit > 0 {
		host.PidsLimit = &spec.PIDsLimit
	}
	host.Memory, host.MemorySwap = spec.MemoryLimit, spec.MemoryLimit
	// An image may flood its log.
	host.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "256k", "max-file": "1"}}
}
