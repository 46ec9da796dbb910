package pods

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// app is an image that runs as an app container of a pod, in place of the pod's
// sandbox.
type app struct {
	*pod
	guest     bool // the pod is another sandbox's
	container string
	log       string
	cut       context.CancelFunc // ends boundLog
	pid       int
	process   *engine.Process // nil where it had ended before it was looked at
}

// StartApp starts a container of the image as restricted as a sandbox, in a PID
// namespace of its own, or in that of PIDsOf, whose pod it joins.
func (r *Runtime) StartApp(ctx context.Context, image Image, spec engine.Pod) (engine.Sandbox, error) {
	release, err := image.Use(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	security, err := securityContext(spec)
	if err != nil {
		return nil, err
	}
	a := &app{cut: func() {}}
	if a.pod, a.guest, err = r.hostOf(ctx, spec); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("app-%d", a.containers.Add(1))
	a.log = filepath.Join(a.directory, name)
	logging, cut := context.WithCancel(context.WithoutCancel(ctx))
	a.cut = cut
	go boundLog(logging, a.log)
	_, memory := spec.Limits()
	a.container, err = a.start(ctx, a.appGroup(name, spec), &cri.ContainerConfig{
		Metadata: &cri.ContainerMetadata{Name: name},
		Image:    r.imageSpec(image.Reference()),
		Command:  spec.Entrypoint,
		Args:     spec.Arguments,
		LogPath:  name,
		Linux: &cri.LinuxContainerConfig{
			Resources:       &cri.LinuxContainerResources{CpuShares: 2, MemoryLimitInBytes: memory},
			SecurityContext: security,
		},
	})
	if err != nil {
		err = startError(err)
	} else {
		err = a.open(ctx)
	}
	if err != nil {
		_ = a.Remove(r.Requests.Alive())
		return nil, err
	}
	return a, nil
}

// appGroup is the cgroup of an app, which takes as many processes as a sandbox. It is nil
// where it is systemd's.
func (a *app) appGroup(name string, spec engine.Pod) *cgroup.Group {
	if a.group == nil {
		return nil
	}
	group := a.group.Child(name)
	processes, _ := spec.Limits()
	_ = group.Limit(cgroup.Limits{PIDs: processes}) // as far as the machine can
	return group
}

// hostOf returns the pod for an app: that of PIDsOf, that of the kubelet, or a new one.
func (r *Runtime) hostOf(ctx context.Context, spec engine.Pod) (p *pod, guest bool, err error) {
	switch other := spec.PIDsOf.(type) {
	case *sandbox:
		return other.pod, true, nil
	case *app:
		return other.pod, true, nil
	}
	if r.kubeletPod != nil {
		p, err = r.kubeletPod.place(r, spec)
		return p, false, err
	}
	spec.User, spec.PIDsLimit, spec.MemoryLimit = "", 0, 0
	p, err = r.run(ctx, spec)
	return p, false, err
}

// open opens the app's process, unless it has ended already.
func (a *app) open(ctx context.Context) error {
	record, err := a.containerRecord(ctx, a.container, true)
	if err != nil || record.Status.State != cri.ContainerState_CONTAINER_RUNNING {
		return err
	}
	a.pid = pid(record.Info)
	process, err := engine.OpenProcess(a.pid)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	again, err := a.containerRecord(ctx, a.container, true)
	if err != nil || again.Status.State != cri.ContainerState_CONTAINER_RUNNING {
		_ = process.Close()
		return err
	}
	a.process = process
	return nil
}

// Join starts a probe in the app's PID namespace, and in the pod's others.
func (a *app) Join(ctx context.Context, namespaces engine.Namespaces) (engine.Container, error) {
	if namespaces.PIDs { // of a guest, too, those of its process
		return a.join(ctx, &cri.NamespaceOption{Pid: cri.NamespaceMode_TARGET, TargetId: a.container})
	}
	return a.join(ctx, &cri.NamespaceOption{Pid: cri.NamespaceMode_CONTAINER})
}

// Signal sends the signal by kill(2).
func (a *app) Signal(_ context.Context, signal unix.Signal) error { return send(a.process, signal) }

// Output reads the container's log.
func (a *app) Output(context.Context) (stdout, stderr string, err error) {
	log, err := os.Open(a.log)
	if err != nil {
		return "", "", fmt.Errorf("read the container's log: %w", err)
	}
	defer log.Close()
	return parseLog(io.LimitReader(log, maxLog))
}

// KillParent is unsupported: containerd ends a container whose shim has ended.
func (a *app) KillParent(context.Context) error {
	return engine.Unsupported("the runtime ends a container itself when its shim has ended")
}

// Freeze freezes and thaws the container's cgroup.
func (a *app) Freeze(context.Context) error {
	if a.kubeletPod != nil {
		return engine.Unsupported("in a pod of the kubelet, the suite does not reach the cgroups of the node")
	}
	if err := cgroup.Freeze(a.pid); err != nil {
		return fmt.Errorf("freeze the container: %w", err)
	}
	return nil
}

// Restart is unsupported.
func (a *app) Restart(context.Context) error {
	return engine.Unsupported("the CRI restarts no container; a kubelet makes another one")
}

// Remove removes the pod, or of another's pod the container.
func (a *app) Remove(ctx context.Context) error {
	defer a.cut()
	if a.process != nil {
		_ = a.process.Signal(unix.SIGKILL)
		defer a.process.Close()
	}
	if a.container != "" && (a.guest || a.kubeletPod != nil) {
		if err := a.RemoveContainer(ctx, a.container); err != nil {
			return err
		}
	}
	if a.guest {
		return nil
	}
	return a.pod.Remove(ctx)
}
