// Package crio runs CRI-O as the container runtime of a node, at its ordinary places on
// a machine of its own.
package crio

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/podsandbox/pause/conformance/node/daemon"
	"github.com/podsandbox/pause/conformance/node/machine"
)

// Socket is where CRI-O serves the CRI unless it is told otherwise.
const Socket = "/run/crio/crio.sock"

const (
	configPath     = "/etc/crio/crio.conf"
	policyPath     = "/etc/crio/policy.json"
	registriesPath = "/etc/containers/registries.conf.d/node.conf"
)

// New writes the configuration of a CRI-O whose sandbox image has the name, and that asks
// registry, a host and port, for the images of the hosts.
func New(sandbox, registry string, hosts ...string) (*daemon.Daemon, error) {
	runtime, err := linkRuntime()
	if err != nil {
		return nil, err
	}
	registries := "[[registry]]\nlocation = \"127.0.0.1\"\ninsecure = true\n" // the suite's own
	for _, host := range hosts {
		registries += fmt.Sprintf("[[registry]]\nprefix = %q\nlocation = %q\ninsecure = true\n", host, registry)
	}
	err = machine.WriteFiles(map[string]string{
		configPath:                        fmt.Sprintf(config, sandbox, machine.Plugins(), filepath.Join(machine.Binaries(), "pinns"), runtime, policyPath),
		policyPath:                        `{"default": [{"type": "insecureAcceptAnything"}]}`,
		registriesPath:                    registries,
		"/etc/cni/net.d/10-pods.conflist": machine.Network,
	})
	if err != nil {
		return nil, err
	}
	return daemon.New("crio", "--config", configPath, "--log-level", "info"), nil
}

// Load is the command that images/README.md has for nodes which reach no registry.
func Load(archive string) *exec.Cmd { return exec.Command("podman", "load", "-i", archive) }

// A sandbox that holds a pod's namespaces in every pod is what is looked at here: CRI-O
// leaves it out of pods without a PID namespace in common, unless told otherwise.
const config = `[crio.runtime]
drop_infra_ctr = false
cgroup_manager = "cgroupfs"
conmon_cgroup = "pod"
apparmor_profile = "unconfined"
pinns_path = '%[3]s'
default_runtime = "runc"

[crio.runtime.runtimes.runc]
runtime_path = '%[4]s'
monitor_path = "/usr/bin/conmon"

[crio.image]
pause_image = '%[1]s'
pause_command = ""
signature_policy = '%[5]s'

[crio.network]
plugin_dirs = ['%[2]s']

[crio.nri]
enable_nri = false
`
