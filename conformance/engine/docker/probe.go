package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// probeContainer is a container that runs the probe.
type probeContainer struct {
	*instance
	stream io.ReadWriteCloser
}

// Stream is the probe's standard input and output.
func (c *probeContainer) Stream() io.ReadWriteCloser { return c.stream }

// Join starts a probe in the sandbox's namespaces.
func (s *sandbox) Join(ctx context.Context, namespaces engine.Namespaces) (engine.Container, error) {
	container, err := s.engine.create(ctx, s.engine.probe, s.probeRequest(namespaces))
	if err != nil {
		if namespaces.UTS && !engine.Lost(err) {
			return nil, engine.Unsupported("the engine refuses to share a UTS namespace between containers: %v", err)
		}
		return nil, fmt.Errorf("probe: %w", err)
	}
	stream, err := container.startAttached(ctx)
	if err != nil {
		_ = container.Remove(s.engine.Alive())
		return nil, fmt.Errorf("probe: %w", err)
	}
	return &probeContainer{container, stream}, nil
}

func (s *sandbox) probeRequest(namespaces engine.Namespaces) testcontainers.ContainerRequest {
	return testcontainers.ContainerRequest{
		Cmd: []string{probe.Serve},
		ConfigModifier: func(config *container.Config) {
			config.OpenStdin, config.StdinOnce = true, true
			config.NetworkDisabled = !namespaces.Network
		},
		HostConfigModifier: func(host *container.HostConfig) {
			host.CapAdd = engine.ProbeCapabilities
			host.NetworkMode = "none"
			if namespaces.Network {
				host.NetworkMode = container.NetworkMode(join(s.id))
			}
			if namespaces.PIDs {
				host.PidMode = container.PidMode(join(s.id))
			}
			if namespaces.IPC {
				host.IpcMode = container.IpcMode(join(s.id))
			}
			if namespaces.UTS {
				host.UTSMode = container.UTSMode(join(s.id))
			}
			unlimited := int64(-1)
			host.PidsLimit = &unlimited
			s.engine.limitDescriptors(host)
		},
	}
}

// startAttached attaches to the container's standard streams and starts it.
func (c *instance) startAttached(ctx context.Context) (io.ReadWriteCloser, error) {
	answer, err := callOn(ctx, c.engine, c.engine.client.ContainerAttach, c.id, client.ContainerAttachOptions{
		Stream: true, Stdin: true, Stdout: true, Stderr: true,
	})
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	if err := c.start(ctx); err != nil {
		answer.Close()
		return nil, err
	}
	answers, demultiplexed := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(demultiplexed, io.Discard, answer.Reader)
		demultiplexed.CloseWithError(err)
	}()
	return stream{answers, answer.Conn}, nil
}

type stream struct {
	io.ReadCloser
	net.Conn
}

func (s stream) Read(p []byte) (int, error) { return s.ReadCloser.Read(p) }

func (s stream) Close() error { return errors.Join(s.ReadCloser.Close(), s.Conn.Close()) }

// Exec runs a program in the running container and waits for its end.
func (c *probeContainer) Exec(ctx context.Context, command []string) (int, error) {
	fail := func(err error) (int, error) { return 0, fmt.Errorf("exec %q: %w", command, err) }
	execution, err := callOn(ctx, c.engine, c.engine.client.ExecCreate, c.id, client.ExecCreateOptions{
		Cmd: command, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		return fail(err)
	}
	answer, err := callOn(ctx, c.engine, c.engine.client.ExecAttach, execution.ID, client.ExecAttachOptions{})
	if err != nil {
		return fail(err)
	}
	// An engine may keep the stream open when the sandbox's end has taken the
	// program with it.
	defer context.AfterFunc(ctx, answer.Close)()
	defer answer.Close()
	if _, err := io.Copy(io.Discard, answer.Reader); err != nil {
		return fail(errors.Join(ctx.Err(), err))
	}
	if ctx.Err() != nil {
		return fail(ctx.Err())
	}
	// An engine may close the stream before it knows of the end.
	for {
		record, err := callOn(ctx, c.engine, c.engine.client.ExecInspect, execution.ID, client.ExecInspectOptions{})
		if err != nil {
			return fail(err)
		}
		if !record.Running {
			return record.ExitCode, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Output returns the start of what was written.
func (s *sandbox) Output(ctx context.Context) (stdout, stderr string, err error) {
	request, done := s.engine.requests.Begin(ctx, 1)
	defer done()
	logs, err := s.engine.client.ContainerLogs(request, s.id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		return "", "", fmt.Errorf("logs: %w", s.engine.lostOr(request, err))
	}
	defer logs.Close()
	var out, errs bytes.Buffer
	_, err = stdcopy.StdCopy(&out, &errs, io.LimitReader(logs, engine.MaxOutput))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return out.String(), errs.String(), s.engine.lostOr(request, err)
}
