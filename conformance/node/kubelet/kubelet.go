// Package kubelet runs the kubelet of this module without an API server: its pods
// are the manifests in a directory.
package kubelet

import (
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/json"

	"github.com/podsandbox/pause/conformance/node/daemon"
	"github.com/podsandbox/pause/conformance/node/machine"
)

// Node is the name of the node. The kubelet adds it to the names of static pods.
const Node = "node"

const (
	manifests  = "/etc/kubernetes/manifests"
	configPath = "/etc/kubernetes/kubelet.json"
)

// New is the kubelet, which reads the configuration of Configure when it starts.
func New() *daemon.Daemon {
	return daemon.New("kubelet", "--config", configPath, "--hostname-override", Node)
}

// Configure writes the configuration of a kubelet of the runtime at the socket. It collects
// images when less than this part of their file system is available: 99.9%, or 0% for never.
func Configure(socket, available string) error {
	if err := os.MkdirAll(manifests, 0o755); err != nil {
		return err
	}
	content, err := json.Marshal(config(socket, available))
	if err != nil {
		return err
	}
	return os.WriteFile(configPath, content, 0o644)
}

// config is a kubelet's configuration as JSON. Its strict decoder refuses a field
// that it does not know.
func config(socket, available string) map[string]any {
	return map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
		"containerRuntimeEndpoint": "unix://" + socket,
		"staticPodPath":            manifests,
		"fileCheckFrequency":       "1s",
		"resolvConf":               "",
		"enableServer":             false,
		"healthzPort":              0,
		"authentication":           map[string]any{"anonymous": map[string]any{"enabled": true}, "webhook": map[string]any{"enabled": false}},
		"authorization":            map[string]any{"mode": "AlwaysAllow"},
		"seccompDefault":           true,

		// What belongs to the host stays as it is.
		"cgroupDriver":           "cgroupfs",
		"cgroupRoot":             machine.Cgroup(),
		"failCgroupV1":           false,
		"failSwapOn":             false,
		"makeIPTablesUtilChains": false,
		"oomScoreAdj":            0, // Less needs CAP_SYS_RESOURCE.
		"volumePluginDir":        filepath.Join(machine.Dir(), "volumeplugins"),

		// A full disk of the host must not end pods. Static pods are critical, so that
		// the kubelet evicts images alone.
		"evictionHard":      map[string]string{"imagefs.available": available, "nodefs.available": "0%", "memory.available": "0%"},
		"imageMinimumGCAge": "1s",

		// A container that is killed again and again comes back without long waits.
		"syncFrequency":    "1s",
		"crashLoopBackOff": map[string]any{"maxContainerRestartPeriod": "1s"},
	}
}

// Apply writes the manifest of a static pod; the kubelet starts it.
func Apply(pod *v1.Pod) error {
	content, err := json.Marshal(pod)
	if err != nil {
		return err
	}
	// The kubelet leaves files alone whose names start with a dot, so it never reads half a manifest.
	path := manifest(pod)
	hidden := filepath.Join(filepath.Dir(path), "."+filepath.Base(path))
	if err := os.WriteFile(hidden, content, 0o644); err != nil {
		return err
	}
	return os.Rename(hidden, path)
}

// Delete removes the manifest of a static pod; the kubelet ends it.
func Delete(pod *v1.Pod) error {
	return os.Remove(manifest(pod))
}

func manifest(pod *v1.Pod) string {
	return filepath.Join(manifests, pod.Name+".json")
}
