package pods

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
	"github.com/podsandbox/pause/conformance/probe"
)

// mountPoint is where a probe sees the directory of its socket.
const mountPoint, socketName = "/pause-conformance-socket", "s"

// Join starts a probe in the pod. CRI-O pins the namespaces of a pod, so that a
// container can join them when the sandbox has ended: that says nothing of the image.
func (s *sandbox) Join(ctx context.Context, namespaces engine.Namespaces) (engine.Container, error) {
	pids := cri.NamespaceMode_CONTAINER
	if namespaces.PIDs {
		pids = s.configuration.Linux.SecurityContext.NamespaceOptions.Pid
	}
	late := s.process != nil && s.process.Ended()
	c, err := s.join(ctx, &cri.NamespaceOption{Pid: pids})
	if err == nil && late {
		return nil, errors.Join(engine.Unsupported("%s keeps a pod's namespaces itself, whether its sandbox runs or not", s.Name), c.Remove(ctx))
	}
	return c, err
}

// join starts a probe in the PID namespace that the option says, and in the pod's
// others, which the CRI shares always.
func (p *pod) join(ctx context.Context, namespaces *cri.NamespaceOption) (engine.Container, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	number := p.containers.Add(1)
	directory := filepath.Join(p.directory, fmt.Sprint(number))
	if err := os.Mkdir(directory, 0o755); err != nil {
		return nil, fmt.Errorf("make a probe's directory: %w", err)
	}
	listener, err := listen(filepath.Join(directory, socketName))
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	c := &container{pod: p}
	c.id, err = p.start(ctx, p.group, &cri.ContainerConfig{
		Metadata: &cri.ContainerMetadata{Name: fmt.Sprintf("probe-%d", number)},
		Image:    p.imageSpec(p.Probe),
		Command:  []string{probe.Path},
		Args:     []string{probe.Dial, filepath.Join(mountPoint, socketName)},
		Mounts:   []*cri.Mount{{ContainerPath: mountPoint, HostPath: directory, Readonly: true}},
		Linux: &cri.LinuxContainerConfig{SecurityContext: &cri.LinuxContainerSecurityContext{
			NamespaceOptions: namespaces,
			RunAsUser:        &cri.Int64Value{Value: 0},
			Capabilities:     &cri.Capability{AddCapabilities: engine.ProbeCapabilities},
		}},
	})
	if err == nil {
		err = c.accept(ctx, listener)
	}
	if err != nil {
		if c.id != "" {
			_ = c.Remove(p.Requests.Alive()) // that of the pod removes it otherwise
		}
		return nil, p.joinError(err)
	}
	return c, nil
}

// joinError is unsupported where the OCI runtime has no idmap mounts, which a pod with a user
// namespace needs: runc has them since 1.2.
func (p *pod) joinError(err error) error {
	mapped := p.configuration.Linux.SecurityContext.NamespaceOptions.UsernsOptions != nil
	if refused := new(refusal); mapped && errors.As(err, &refused) && strings.Contains(refused.Error(), "idmap") {
		return engine.Unsupported("the OCI runtime has no idmap mounts, without which no container joins a pod with a user namespace")
	}
	return fmt.Errorf("probe: %w", err)
}

// start creates and starts a container in the pod and the cgroup, which is nil where it is
// systemd's. It returns the container's id, after an error too where there is one.
func (p *pod) start(ctx context.Context, group *cgroup.Group, configuration *cri.ContainerConfig) (id string, err error) {
	ours, theirs := configuration.Linux.SecurityContext.NamespaceOptions, p.configuration.Linux.SecurityContext.NamespaceOptions
	ours.Network, ours.Ipc, ours.UsernsOptions = theirs.Network, theirs.Ipc, theirs.UsernsOptions
	configuration.Metadata.Name = p.prefix + configuration.Metadata.Name
	configuration.Labels = maps.Clone(p.configuration.Labels)
	configuration.Labels["io.kubernetes.container.name"] = configuration.Metadata.Name
	sandbox := &cri.PodSandboxConfig{
		Metadata: p.configuration.Metadata, Hostname: p.configuration.Hostname, LogDirectory: p.configuration.LogDirectory,
		Labels: p.configuration.Labels, DnsConfig: p.configuration.DnsConfig,
		Linux: &cri.LinuxPodSandboxConfig{
			CgroupParent: p.configuration.Linux.CgroupParent, SecurityContext: p.configuration.Linux.SecurityContext, Sysctls: p.configuration.Linux.Sysctls,
		},
	}
	if group != nil {
		sandbox.Linux.CgroupParent = group.Path()
	}
	// As in run, an interrupt must not cancel this.
	answer, err := call(p.Requests.Alive(), p.Runtime, p.Client.CreateContainer,
		&cri.CreateContainerRequest{PodSandboxId: p.id, Config: configuration, SandboxConfig: sandbox})
	if err != nil {
		return "", fmt.Errorf("create a container: %w", err)
	}
	_, err = call(ctx, p.Runtime, p.Client.StartContainer, &cri.StartContainerRequest{ContainerId: answer.ContainerId})
	if err != nil {
		return answer.ContainerId, fmt.Errorf("start a container: %w", err)
	}
	return answer.ContainerId, nil
}

// listen makes the socket for any user: with a user namespace, the probe's root is
// somebody else here.
func listen(path string) (*net.UnixListener, error) {
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("make the probe's socket, whose path must be short (see TMPDIR): %w", err)
	}
	if err := os.Chmod(path, 0o777); err != nil {
		_ = listener.Close()
		return nil, err
	}
	return listener, nil
}

// accept waits until the probe dials, unless it ends before.
func (c *container) accept(ctx context.Context, listener *net.UnixListener) error {
	ctx, done := c.Requests.Begin(ctx, 1)
	defer done()
	for {
		_ = listener.SetDeadline(time.Now().Add(200 * time.Millisecond))
		connection, err := listener.AcceptUnix()
		if err == nil {
			c.stream = connection
			return c.openPeer()
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		record, err := c.record(ctx, false)
		if err != nil {
			return engine.LostOr(ctx, err)
		}
		if record.Status.State == cri.ContainerState_CONTAINER_EXITED {
			return fmt.Errorf("it has ended with status %d before it answered", record.Status.ExitCode)
		}
	}
}

// openPeer opens the process at the other end of the stream.
func (c *container) openPeer() (err error) {
	connection, err := c.stream.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	controlErr := connection.Control(func(descriptor uintptr) {
		peer, err = unix.GetsockoptUcred(int(descriptor), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err := errors.Join(controlErr, err); err != nil {
		return fmt.Errorf("ask for the probe's process: %w", err)
	}
	if c.process, err = engine.OpenProcess(int(peer.Pid)); err != nil {
		return err
	}
	return c.leaveLimits(int(peer.Pid))
}

// leaveLimits is for CRI-O, which has every container of a pod in the cgroup of the sandbox,
// where containerd takes that of the container's request.
func (c *container) leaveLimits(pid int) error {
	if c.group == nil || !c.group.Child(sandboxGroup).Holds(pid) {
		return nil
	}
	return c.group.Child("probes").Take(pid)
}
