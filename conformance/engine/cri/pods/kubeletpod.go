package pods

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// kubeletPod is the pod of the node's kubelet that the suite runs in. A kubelet ends the
// pods of others within seconds (kubernetes#97190), and leaves each container of a pod that
// it knows alone (kuberuntime, computePodActions). So the image that is judged runs in
// containers of this pod.
type kubeletPod struct {
	id            string
	probe         string // the name of the suite's image in the pod
	configuration *cri.PodSandboxConfig
}

// Enter has everything run in the kubelet's pod with the UID, by whose container this
// program is run. It returns the image of the pod's sandbox.
func (r *Runtime) Enter(ctx context.Context, uid string) (image string, err error) {
	list, err := call(ctx, r, r.Client.ListPodSandbox, &cri.ListPodSandboxRequest{Filter: &cri.PodSandboxFilter{
		State: &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_READY},
	}})
	if err != nil {
		return "", fmt.Errorf("list the pods of %s: %w", r.Name, err)
	}
	for _, item := range list.Items {
		if item.Metadata.GetUid() == uid {
			return r.enter(ctx, item)
		}
	}
	return "", fmt.Errorf("%s runs no pod with the UID %q: name the pod of the suite, whose UID the downward API has as metadata.uid", r.Name, uid)
}

func (r *Runtime) enter(ctx context.Context, item *cri.PodSandbox) (image string, err error) {
	record, err := call(ctx, r, r.Client.PodSandboxStatus, &cri.PodSandboxStatusRequest{PodSandboxId: item.Id, Verbose: true})
	if err != nil {
		return "", fmt.Errorf("ask for the pod of the suite: %w", err)
	}
	// CRI-O tells no configuration, and keeps what of it is needed here.
	var info struct {
		Image  string
		Config *cri.PodSandboxConfig
	}
	if err := json.Unmarshal([]byte(record.Info["info"]), &info); err != nil || info.Image == "" {
		return "", errors.Join(fmt.Errorf("%s does not tell which image its sandboxes are of", r.Name), err)
	}
	own, err := r.ownContainer(ctx, item.Id)
	if err != nil {
		return "", err
	}
	r.Probe = cmp.Or(own.ImageId, own.ImageRef)
	uid := item.Metadata.GetUid()
	r.kubeletPod = &kubeletPod{item.Id, cmp.Or(own.Image.GetUserSpecifiedImage(), own.Image.GetImage()), &cri.PodSandboxConfig{
		Metadata: item.Metadata,
		Hostname: info.Config.GetHostname(),
		Labels: map[string]string{
			engine.RunLabel: string(r.Run), "io.kubernetes.pod.uid": uid,
			"io.kubernetes.pod.name": item.Metadata.GetName(), "io.kubernetes.pod.namespace": item.Metadata.GetNamespace(),
		},
		Linux: &cri.LinuxPodSandboxConfig{
			CgroupParent:    info.Config.GetLinux().GetCgroupParent(),
			SecurityContext: &cri.LinuxSandboxSecurityContext{NamespaceOptions: record.Status.GetLinux().GetNamespaces().GetOptions()},
		},
	}}
	return info.Image, nil
}

// ownContainer returns the pod's container that runs this program. Processes tell, so that it
// fails early where the suite does not see those of the node.
func (r *Runtime) ownContainer(ctx context.Context, pod string) (*cri.ContainerStatus, error) {
	own, err := digest("self")
	if err != nil {
		return nil, err
	}
	list, err := call(ctx, r, r.Client.ListContainers, &cri.ListContainersRequest{Filter: &cri.ContainerFilter{PodSandboxId: pod}})
	if err != nil {
		return nil, fmt.Errorf("list the containers of the suite's pod: %w", err)
	}
	for _, container := range list.Containers {
		record, err := call(ctx, r, r.Client.ContainerStatus, &cri.ContainerStatusRequest{ContainerId: container.Id, Verbose: true})
		if err != nil {
			return nil, fmt.Errorf("ask for a container of the suite's pod: %w", err)
		}
		if program, err := digest(fmt.Sprint(pid(record.Info))); err == nil && program == own {
			return record.Status, nil
		}
	}
	return nil, errors.New("no container of the suite's pod is seen to run this program: the pod needs hostPID and the capability SYS_PTRACE")
}

// digest is that of the program of a process.
func digest(process string) (sum [sha256.Size]byte, err error) {
	program, err := os.Open(filepath.Join("/proc", process, "exe"))
	if err != nil {
		return sum, err
	}
	defer program.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, program); err != nil {
		return sum, err
	}
	return [sha256.Size]byte(hash.Sum(nil)), nil
}

// errNotOwn is of what only a pod of the run's own has.
var errNotOwn = engine.Unsupported("in a pod of the kubelet, the image runs in containers of that pod, and has no pod of its own")

// place returns what a container of the image has for itself in the pod.
func (k *kubeletPod) place(r *Runtime, spec engine.Pod) (*pod, error) {
	if spec.Own || spec.Network == engine.HostNetwork || spec.HostIPC || spec.UserNamespace {
		return nil, errNotOwn
	}
	number := r.pods.Add(1)
	p := &pod{Runtime: r, id: k.id, directory: filepath.Join(r.Directory, fmt.Sprint(number)), prefix: fmt.Sprintf("%s-%d-", r.Run, number)}
	if err := os.Mkdir(p.directory, 0o755); err != nil {
		return nil, fmt.Errorf("make a container's directory: %w", err)
	}
	p.configuration = &cri.PodSandboxConfig{
		Metadata: k.configuration.Metadata, Hostname: k.configuration.Hostname, LogDirectory: p.directory,
		Labels: k.configuration.Labels, Linux: k.configuration.Linux,
	}
	return p, nil
}
