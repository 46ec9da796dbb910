package containerd

import (
	"fmt"
	"os"
	"path/filepath"
)

// paths are those of an instance. What lies in private is not on the host.
type paths struct{ directory, private string }

func (p paths) socket() string        { return filepath.Join(p.directory, "c.sock") }
func (p paths) log() string           { return filepath.Join(p.directory, "containerd.log") }
func (p paths) configuration() string { return filepath.Join(p.directory, "config.toml") }
func (p paths) network() string       { return filepath.Join(p.directory, "net.d") }

// configure writes the configuration of an instance whose sandbox image has the name.
// It is of version 2, which containerd 1.6 and 2 both read.
func (p paths) configure(programs programs, sandbox string) error {
	text := fmt.Sprintf(configuration, p.private, p.socket(), sandbox, programs.plugins, p.network(), programs.runtime)
	if err := os.WriteFile(p.configuration(), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write containerd's configuration: %w", err)
	}
	if err := os.Mkdir(p.network(), 0o700); err != nil {
		return fmt.Errorf("make the directory of the network's configuration: %w", err)
	}
	text = fmt.Sprintf(network, p.private)
	if err := os.WriteFile(filepath.Join(p.network(), "10-pods.conflist"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the network's configuration: %w", err)
	}
	return nil
}

// restrict_oom_score_adj is for root without CAP_SYS_RESOURCE, as in some virtual
// machines: the sandbox's -998 would fail there, and runc says only "can't get final
// child's PID from pipe: EOF". AppArmor profiles would be loaded into the host's kernel.
const configuration = `version = 2
root = "%[1]s/root"
state = "%[1]s/state"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart"]

[grpc]
address = "%[2]s"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "%[3]s"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "%[4]s"
conf_dir = "%[5]s"

[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "runtime"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runtime]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runtime.options]
BinaryName = "%[6]s"
Root = "%[1]s/runtime"
`

// network gives every pod an address. Nobody else is in the network namespace.
const network = `{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [{
    "type": "ptp",
    "ipam": {"type": "host-local", "dataDir": "%s/addresses", "ranges": [[{"subnet": "10.88.0.0/16"}]]}
  }]
}
`
