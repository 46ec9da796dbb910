package pods

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// container is an app container that runs the probe.
type container struct {
	*pod
	id      string
	stream  *net.UnixConn
	process *engine.Process
}

func (p *pod) containerRecord(ctx context.Context, id string, verbose bool) (*cri.ContainerStatusResponse, error) {
	record, err := call(ctx, p.Runtime, p.Client.ContainerStatus, &cri.ContainerStatusRequest{ContainerId: id, Verbose: verbose})
	if err == nil && record.Status == nil {
		return nil, fmt.Errorf("%s does not tell the status of a container: see its log", p.Name)
	}
	return record, err
}

func (c *container) record(ctx context.Context, verbose bool) (*cri.ContainerStatusResponse, error) {
	return c.containerRecord(ctx, c.id, verbose)
}

// Stream is the probe's socket.
func (c *container) Stream() io.ReadWriteCloser { return c.stream }

// Wait waits for the end of the probe.
func (c *container) Wait(ctx context.Context) (engine.Exit, error) { return wait(ctx, c.process) }

// Exec runs a program by ExecSync.
func (c *container) Exec(ctx context.Context, command []string) (int, error) {
	answer, err := call(ctx, c.Runtime, c.Client.ExecSync, &cri.ExecSyncRequest{ContainerId: c.id, Cmd: command})
	if err != nil {
		return 0, fmt.Errorf("exec %q: %w", command, err)
	}
	return int(answer.ExitCode), nil
}

// Remove removes the container, which need not be asked to end.
func (c *container) Remove(ctx context.Context) error {
	if c.stream != nil {
		_ = c.stream.Close()
	}
	if c.process != nil {
		_ = c.process.Signal(unix.SIGKILL)
		defer c.process.Close()
	}
	return c.RemoveContainer(ctx, c.id)
}

// RemoveContainer removes a container, running or not. One that is gone is no error. For a moment
// containerd may refuse to remove a container that it has reported as stopped, so that
// RemoveContainer tries again for noticeDelay.
func (r *Runtime) RemoveContainer(ctx context.Context, id string) error {
	for deadline := time.Now().Add(noticeDelay); ; {
		_, err := call(ctx, r, r.Client.StopContainer, &cri.StopContainerRequest{ContainerId: id})
		if err == nil {
			_, err = call(ctx, r, r.Client.RemoveContainer, &cri.RemoveContainerRequest{ContainerId: id})
		}
		switch {
		case err == nil || isNotFound(err):
			return nil
		case time.Now().After(deadline) || engine.Lost(err):
			return fmt.Errorf("remove a container: %w", err)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
