package oci

import (
	"fmt"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/podsandbox/pause/conformance/engine"
)

// idMappings map the ids of a user namespace, as many as Kubernetes maps for a pod
// (KEP-127), to ids that no user of the host has.
var idMappings = []specs.LinuxIDMapping{{ContainerID: 0, HostID: 1 << 30, Size: 1 << 16}}

// procNames are the names of namespaces in /proc/PID/ns.
var procNames = map[specs.LinuxNamespaceType]string{
	specs.NetworkNamespace: "net", specs.PIDNamespace: "pid", specs.IPCNamespace: "ipc",
	specs.UTSNamespace: "uts", specs.UserNamespace: "user",
}

// namespaces lists the sandbox's namespaces. A kind that is left out is the host's.
func namespaces(pod engine.Pod) []specs.LinuxNamespace {
	list := []specs.LinuxNamespace{{Type: specs.MountNamespace}}
	if pod.PIDsOf != nil {
		list = append(list, namespaceOf(pod.PIDsOf.(*sandbox).pid(), specs.PIDNamespace))
	} else if !pod.HostPIDs {
		list = append(list, specs.LinuxNamespace{Type: specs.PIDNamespace})
	}
	if !pod.HostIPC {
		list = append(list, specs.LinuxNamespace{Type: specs.IPCNamespace})
	}
	if pod.Network != engine.HostNetwork {
		list = append(list, specs.LinuxNamespace{Type: specs.NetworkNamespace}, specs.LinuxNamespace{Type: specs.UTSNamespace})
	}
	if pod.UserNamespace {
		list = append(list, specs.LinuxNamespace{Type: specs.UserNamespace})
	}
	return list
}

// joinedNamespaces lists the namespaces of a container that joins the process, whose
// own list is the second argument.
func joinedNamespaces(pid int, own []specs.LinuxNamespace, wanted engine.Namespaces) []specs.LinuxNamespace {
	kinds := map[specs.LinuxNamespaceType]bool{
		specs.NetworkNamespace: wanted.Network, specs.PIDNamespace: wanted.PIDs,
		specs.IPCNamespace: wanted.IPC, specs.UTSNamespace: wanted.UTS, specs.UserNamespace: true,
	}
	list := slices.Clone(own)
	for i, namespace := range list {
		if kinds[namespace.Type] {
			list[i] = namespaceOf(pid, namespace.Type)
		} else {
			list[i].Path = ""
		}
	}
	return list
}

func namespaceOf(pid int, kind specs.LinuxNamespaceType) specs.LinuxNamespace {
	return specs.LinuxNamespace{Type: kind, Path: fmt.Sprintf("/proc/%d/ns/%s", pid, procNames[kind])}
}
