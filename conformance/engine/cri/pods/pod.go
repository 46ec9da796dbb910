package pods

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// pod is a pod of the runtime, with its directory and its cgroup on this machine.
type pod struct {
	*Runtime
	id            string
	configuration *cri.PodSandboxConfig
	directory     string
	group         *cgroup.Group // nil where it is systemd's or the kubelet's
	prefix        string        // of the names of its containers
	containers    atomic.Int64
}

// run runs a pod. After an error there is none. An interrupt must not cancel the
// request: the runtime would still make the pod, and nobody would know of it.
func (r *Runtime) run(ctx context.Context, spec engine.Pod) (*pod, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	number := r.pods.Add(1)
	configuration, err := r.configuration(number, spec)
	if err != nil {
		return nil, err
	}
	p := &pod{Runtime: r, configuration: configuration, directory: filepath.Join(r.Directory, fmt.Sprint(number))}
	if err := os.Mkdir(p.directory, 0o755); err != nil {
		return nil, fmt.Errorf("make a pod's directory: %w", err)
	}
	configuration.LogDirectory = p.directory
	if err := p.limit(number, spec); err != nil {
		return nil, errors.Join(err, p.clean())
	}
	if p.id, err = p.runSandbox(); err != nil {
		_ = p.clean()
		return nil, err
	}
	return p, nil
}

func (p *pod) runSandbox() (id string, err error) {
	answer, err := call(p.Requests.Alive(), p.Runtime, p.Client.RunPodSandbox,
		&cri.RunPodSandboxRequest{Config: p.configuration, RuntimeHandler: p.Handler})
	if err != nil {
		return "", cmp.Or(p.userNamespaceRefusal(err), startError(fmt.Errorf("run a pod: %w", err)))
	}
	return answer.PodSandboxId, nil
}

// sandboxGroup is the name of the cgroup that a sandbox has for itself.
const sandboxGroup = "sandbox"

// limit makes the pod's cgroup, and below it that of its sandbox, which alone has
// limits. The kubelet makes one for each pod, too: a sandbox has cpu.shares 2, and
// starves among others.
func (p *pod) limit(number int64, spec engine.Pod) error {
	limits := cgroup.Limits{PIDs: spec.PIDsLimit, Memory: spec.MemoryLimit}
	if 0 < limits.PIDs && limits.PIDs < leastPIDs || 0 < limits.Memory && limits.Memory < leastMemory {
		return engine.Unsupported("the CRI limits the cgroup of a pod, in which the OCI runtime starts as well: less than %d processes and %d bytes is too little", leastPIDs, leastMemory)
	}
	if p.Cgroup == nil {
		if limits != (cgroup.Limits{}) {
			return engine.Unsupported("the cgroups are systemd's, and the CRI has no limits of a sandbox")
		}
		p.configuration.Linux.CgroupParent = "system.slice"
		return nil
	}
	explicit := limits
	limits.PIDs, limits.Memory = spec.Limits()
	limits.Memory = max(limits.Memory, leastMemory)
	p.group = p.Cgroup.Child(fmt.Sprint(number))
	sandbox := p.group.Child(sandboxGroup)
	p.configuration.Linux.CgroupParent = sandbox.Path()
	if err := sandbox.Limit(limits); err != nil && explicit != (cgroup.Limits{}) {
		return engine.Unsupported("a limit cannot be set: %v", err)
	}
	return nil
}

// leastPIDs and leastMemory are the least limits of a pod's cgroup in which runc starts a sandbox.
const leastPIDs, leastMemory = 32, 32 << 20

// status asks the runtime for the pod's record, which has a Status.
func (p *pod) status(ctx context.Context, verbose bool) (*cri.PodSandboxStatusResponse, error) {
	record, err := call(ctx, p.Runtime, p.Client.PodSandboxStatus, &cri.PodSandboxStatusRequest{PodSandboxId: p.id, Verbose: verbose})
	if err == nil && record.Status == nil {
		return nil, fmt.Errorf("%s does not tell the status of a pod: see its log", p.Name)
	}
	return record, err
}

// pid reads the process from a verbose record, which containerd and CRI-O have in the
// same place; 0 is none.
func pid(info map[string]string) (pid int) {
	var record struct {
		PID int `json:"pid"`
	}
	_ = json.Unmarshal([]byte(info["info"]), &record)
	return record.PID
}

// Stop stops the pod.
func (p *pod) Stop(ctx context.Context) error {
	if p.kubeletPod != nil {
		return errNotOwn
	}
	if _, err := call(ctx, p.Runtime, p.Client.StopPodSandbox, &cri.StopPodSandboxRequest{PodSandboxId: p.id}); err != nil {
		return fmt.Errorf("stop the pod: %w", err)
	}
	return nil
}

// Remove removes the pod with its containers. The kubelet's stays.
func (p *pod) Remove(ctx context.Context) error {
	if p.kubeletPod != nil {
		return p.clean()
	}
	if err := p.RemovePod(ctx, p.id); err != nil {
		return err
	}
	return p.clean()
}

// RemovePod removes a pod of the runtime with its containers, running or not. It asks
// again, as a kubelet does: containerd fails where the sandbox is just ending by itself
// ("ttrpc: closed").
func (r *Runtime) RemovePod(ctx context.Context, id string) (err error) {
	for range 5 {
		_, err = call(ctx, r, r.Client.StopPodSandbox, &cri.StopPodSandboxRequest{PodSandboxId: id})
		if err == nil {
			_, err = call(ctx, r, r.Client.RemovePodSandbox, &cri.RemovePodSandboxRequest{PodSandboxId: id})
		}
		switch {
		case err == nil, isNotFound(err):
			return nil
		case !errors.As(err, new(*refusal)):
			return fmt.Errorf("remove the pod: %w", err)
		}
		pause(ctx)
	}
	return fmt.Errorf("remove the pod: %w", err)
}

// clean removes what the pod has on this machine.
func (p *pod) clean() error {
	err := os.RemoveAll(p.directory)
	if p.group != nil {
		err = errors.Join(err, p.group.Remove())
	}
	return err
}
