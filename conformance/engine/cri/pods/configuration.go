package pods

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// namespace is the Kubernetes namespace of the pods, which no API server knows.
const namespace = "pause-conformance"

// firstHostID is the first id on the host of a pod with a user namespace, and length how
// many ids are mapped; the kubelet maps as many (kubernetes pkg/kubelet/userns).
const firstHostID, length = 1 << 20, 1 << 16

// configuration puts a pod into the CRI's terms. WritableRoot and Privileges have none
// for a sandbox: it runs in a stricter setting then, in which it shows the same.
func (r *Runtime) configuration(number int64, pod engine.Pod) (*cri.PodSandboxConfig, error) {
	user, group, err := ids(pod.User)
	if err != nil {
		return nil, err
	}
	namespaces := &cri.NamespaceOption{
		Network: mode(pod.Network == engine.HostNetwork),
		Ipc:     mode(pod.HostIPC),
		// CRI-O makes no sandbox for a pod without a shared PID namespace (drop_infra_ctr).
		Pid: mode(pod.HostPIDs),
	}
	if pod.UserNamespace {
		mapping := []*cri.IDMapping{{HostId: firstHostID, ContainerId: 0, Length: length}}
		namespaces.UsernsOptions = &cri.UserNamespace{Mode: cri.NamespaceMode_POD, Uids: mapping, Gids: mapping}
	}
	configuration := &cri.PodSandboxConfig{
		Metadata: &cri.PodSandboxMetadata{
			Name: fmt.Sprintf("%s-%d", namespace, number), Uid: fmt.Sprintf("%s-%d", r.Run, number), Namespace: namespace,
		},
		Hostname: pod.Hostname,
		Labels:   map[string]string{engine.RunLabel: string(r.Run)},
		// The host's resolv.conf may name a file that the runtime does not see.
		DnsConfig: &cri.DNSConfig{Servers: []string{"127.0.0.1"}},
		Linux: &cri.LinuxPodSandboxConfig{
			Sysctls: pod.Sysctls,
			SecurityContext: &cri.LinuxSandboxSecurityContext{
				NamespaceOptions: namespaces,
				ReadonlyRootfs:   true,
				RunAsUser:        user,
				RunAsGroup:       group,
				Seccomp:          &cri.SecurityProfile{ProfileType: cri.SecurityProfile_RuntimeDefault},
			},
		},
	}
	if pod.Network == engine.HostNetwork {
		configuration.Hostname = "" // it is the node's
	} else if pod.Hostname == "" {
		configuration.Hostname = namespace
	}
	return configuration, nil
}

func mode(host bool) cri.NamespaceMode {
	if host {
		return cri.NamespaceMode_NODE
	}
	return cri.NamespaceMode_POD
}

// ids returns the numbers of uid or uid:gid, or nil where the image's count.
func ids(text string) (user, group *cri.Int64Value, err error) {
	if text == "" {
		return nil, nil, nil
	}
	for i, part := range strings.SplitN(text, ":", 2) {
		number, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, nil, engine.Unsupported("the CRI takes a sandbox's user as a number, and not as %q", text)
		}
		if number > math.MaxInt32 {
			return nil, nil, engine.Unsupported("CRI runtimes refuse ids above %d", math.MaxInt32)
		}
		if i == 0 {
			user = &cri.Int64Value{Value: number}
		} else {
			group = &cri.Int64Value{Value: number}
		}
	}
	return user, group, nil
}
