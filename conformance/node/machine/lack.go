package machine

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Binaries is the directory of the runtime and the kubelet that make test-node builds.
func Binaries() string { return os.Getenv("PAUSE_NODE_BINARIES") }

// Runtime is the name of the node's container runtime: containerd, or cri-o.
func Runtime() string { return cmp.Or(os.Getenv("PAUSE_NODE_RUNTIME"), "containerd") }

// built are the programs of each runtime that make test-node builds.
var built = map[string][]string{
	"containerd": {"containerd", "containerd-shim-runc-v2", "ctr"},
	"cri-o":      {"crio", "pinns"},
}

// Archive is the archive of the pause image that make test-node builds.
func Archive() string { return os.Getenv("PAUSE_NODE_ARCHIVE") }

// Suite is the suite's program that make test-node builds.
func Suite() string { return os.Getenv("PAUSE_NODE_SUITE") }

// Plugins is the directory of the CNI plugins: Debian's, unless CNI_PATH names another.
func Plugins() string {
	if path := os.Getenv("CNI_PATH"); path != "" {
		return path
	}
	return "/usr/lib/cni"
}

// Lack is what a node cannot do without and this host does not have. It is empty
// where there is all.
func Lack() string {
	if os.Geteuid() != 0 {
		return "a node needs root: run it as root"
	}
	programs, known := built[Runtime()]
	if !known {
		return fmt.Sprintf("no container runtime %q is known: set RUNTIME=containerd or RUNTIME=cri-o", Runtime())
	}
	for _, program := range append([]string{"kubelet"}, programs...) {
		if _, err := os.Stat(filepath.Join(Binaries(), program)); Binaries() == "" || err != nil {
			return "no " + program + " is built: run make test-node"
		}
	}
	if _, err := os.Stat(Archive()); err != nil {
		return "no archive of the pause image is built: run make test-node"
	}
	if _, err := os.Stat(Suite()); err != nil {
		return "no pause-conformance is built: run make test-node"
	}
	installed := []string{"runc"}
	if Runtime() == "cri-o" {
		installed = append(installed, "conmon", "podman")
	}
	for _, program := range installed {
		if _, err := exec.LookPath(program); err != nil {
			return "no " + program + " in PATH: install the package " + program
		}
	}
	for _, plugin := range []string{"ptp", "host-local", "loopback"} {
		if _, err := os.Stat(filepath.Join(Plugins(), plugin)); err != nil {
			return "no CNI plugin " + plugin + " in " + Plugins() + ": install the package containernetworking-plugins, or set CNI_PATH"
		}
	}
	return lackOfCgroups()
}

func lackOfCgroups() string {
	controllers, _ := os.ReadFile(filepath.Join(cgroupRoot, "cgroup.controllers")) // of version 2 alone
	for _, controller := range []string{"cpu", "memory", "pids"} {
		if _, err := os.Stat(filepath.Join(cgroupRoot, controller)); err != nil && !strings.Contains(string(controllers), controller) {
			return "no cgroup controller " + controller + " in " + cgroupRoot + ": mount it"
		}
	}
	return ""
}
