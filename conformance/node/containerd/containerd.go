// Package containerd runs the container runtime of a node: the containerd of this
// module, at its ordinary places on a machine of its own.
package containerd

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/podsandbox/pause/conformance/node/daemon"
	"github.com/podsandbox/pause/conformance/node/machine"
)

// Socket is where a containerd serves the CRI unless it is told otherwise.
const Socket = "/run/containerd/containerd.sock"

const (
	configPath = "/etc/containerd/config.toml"
	hostsPath  = "/etc/containerd/certs.d"
)

// New writes the configuration of a containerd whose sandbox image has the name, and
// that asks registry, a host and port, for the images of the hosts.
func New(sandbox, registry string, hosts ...string) (*daemon.Daemon, error) {
	files := map[string]string{
		configPath:                        fmt.Sprintf(config, sandbox, machine.Plugins()),
		"/etc/cni/net.d/10-pods.conflist": machine.Network,
	}
	for _, host := range hosts {
		files[filepath.Join(hostsPath, host, "hosts.toml")] = fmt.Sprintf("server = %[1]q\n[host.%[1]q]\n", "http://"+registry)
	}
	if err := machine.WriteFiles(files); err != nil {
		return nil, err
	}
	return daemon.New("containerd", "--config", configPath, "--log-level", "info"), nil
}

// Load is the command that images/README.md has for nodes which reach no registry.
func Load(archive string) *exec.Cmd {
	return exec.Command(filepath.Join(machine.Binaries(), "ctr"), "-n", "k8s.io", "images", "import", "--label", "io.cri-containerd.pinned=pinned", archive)
}

// restrict_oom_score_adj is for root without CAP_SYS_RESOURCE, as in some virtual
// machines: the sandbox's -998 would fail there. AppArmor's profiles and the
// directories of opt are not the machine's own.
const config = `version = 3
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.opt']

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '%[1]s'

[plugins.'io.containerd.cri.v1.images'.registry]
config_path = '/etc/containerd/certs.d'

[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
disable_apparmor = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['%[2]s']
`
