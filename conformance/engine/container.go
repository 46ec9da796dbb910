package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Spec says how a container is run. Its zero value, with an image, is a sandbox
// under the engine's default profile, without a network: what CRI runtimes ask
// for beyond that is judged by requirements of its own.
type Spec struct {
	Image      string
	Entrypoint []string // instead of the image's
	Cmd        []string
	User       string // instead of the image's

	// NetworkOf, PIDsOf, IPCOf and UTSOf name the container whose namespace is
	// joined. Network is used where NetworkOf is empty: none unless set.
	NetworkOf, PIDsOf, IPCOf, UTSOf string
	Network                         string

	Hostname    string
	OpenStdin   bool
	ReadOnly    bool // root file system
	Hardened    bool // no capability, no new privileges
	AddCaps     []string
	PIDsLimit   int64 // 0 for none
	MemoryLimit int64 // in bytes, 0 for none
}

// A StartError says that the engine took the container and could not run its
// program: the image's fault, not the engine's.
type StartError struct{ Err error }

func (e *StartError) Error() string { return e.Err.Error() }
func (e *StartError) Unwrap() error { return e.Err }

// Container is a container of this run.
type Container struct {
	ID     string
	engine *Engine
}

// Start creates a container and starts it. After an error there is none.
func (e *Engine) Start(ctx context.Context, spec Spec) (*Container, error) {
	created, err := e.create(ctx, spec)
	if err != nil {
		return nil, err
	}
	if err := created.Start(ctx); err != nil {
		return nil, errors.Join(err, created.Remove(context.WithoutCancel(ctx)))
	}
	return created, nil
}

func (e *Engine) create(ctx context.Context, spec Spec) (*Container, error) {
	ctx, cancel, err := unbroken(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	created, err := e.provider.CreateContainer(ctx, testcontainers.ContainerRequest{
		Image:      spec.Image,
		Entrypoint: spec.Entrypoint,
		Cmd:        spec.Cmd,
		Labels:     map[string]string{ownerLabel: e.owner},
		ConfigModifier: func(config *container.Config) {
			config.User = spec.User
			config.Hostname = spec.Hostname
			config.OpenStdin, config.StdinOnce = spec.OpenStdin, spec.OpenStdin
		},
		HostConfigModifier: func(host *container.HostConfig) { e.configure(host, spec) },
	})
	if err != nil {
		err = fmt.Errorf("create a container of %s: %w", spec.Image, err)
		if errdefs.IsInvalidArgument(err) { // such as an image without any command
			return nil, &StartError{err}
		}
		return nil, err
	}
	return &Container{ID: created.GetContainerID(), engine: e}, nil
}

// unbroken returns a context that an interrupt does not end: an engine goes on with
// what it was asked for when nobody waits for the answer any more, and what it
// makes then would be found by no Close.
func unbroken(ctx context.Context) (context.Context, context.CancelFunc, error) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	return bounded, cancel, ctx.Err()
}

func (e *Engine) configure(host *container.HostConfig, spec Spec) {
	host.Runtime = e.runtime
	host.Init = new(bool) // an engine may be set to put its own init first
	host.ReadonlyRootfs = spec.ReadOnly
	host.CapAdd = spec.AddCaps
	if spec.Hardened {
		host.CapDrop = []string{"ALL"}
		host.SecurityOpt = []string{"no-new-privileges"}
	}
	host.NetworkMode = "none"
	if spec.Network != "" {
		host.NetworkMode = container.NetworkMode(spec.Network)
	}
	host.IpcMode = "shareable"
	join := func(id string) string { return "container:" + id }
	if spec.NetworkOf != "" {
		host.NetworkMode = container.NetworkMode(join(spec.NetworkOf))
	}
	if spec.PIDsOf != "" {
		host.PidMode = container.PidMode(join(spec.PIDsOf))
	}
	if spec.IPCOf != "" {
		host.IpcMode = container.IpcMode(join(spec.IPCOf))
	}
	if spec.UTSOf != "" {
		host.UTSMode = container.UTSMode(join(spec.UTSOf))
	}
	unlimited := int64(-1)
	host.PidsLimit = &unlimited
	if spec.PIDsLimit > 0 {
		host.PidsLimit = &spec.PIDsLimit
	}
	host.Memory, host.MemorySwap = spec.MemoryLimit, spec.MemoryLimit
	// An image may flood its log.
	host.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "256k", "max-file": "1"}}
}

// Start starts a container that has been created, or has ended.
func (c *Container) Start(ctx context.Context) error {
	ctx, cancel, err := unbroken(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	_, err = c.engine.client.ContainerStart(ctx, c.ID, client.ContainerStartOptions{})
	if err != nil && !Lost(err) && ctx.Err() == nil {
		return &StartError{fmt.Errorf("start: %s", strings.TrimSpace(err.Error()))}
	}
	return err
}

// Kill sends a signal, by name or number.
func (c *Container) Kill(ctx context.Context, signal string) error {
	if _, err := c.engine.client.ContainerKill(ctx, c.ID, client.ContainerKillOptions{Signal: signal}); err != nil {
		return fmt.Errorf("send %s by the engine: %w", signal, err)
	}
	return nil
}

// Freeze pauses and unpauses the container.
func (c *Container) Freeze(ctx context.Context) error {
	if _, err := c.engine.client.ContainerPause(ctx, c.ID, client.ContainerPauseOptions{}); err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	if _, err := c.engine.client.ContainerUnpause(ctx, c.ID, client.ContainerUnpauseOptions{}); err != nil {
		return fmt.Errorf("unpause: %w", err)
	}
	return nil
}

// State returns the engine's record of the container's process.
func (c *Container) State(ctx context.Context) (*container.State, error) {
	inspected, err := c.engine.client.ContainerInspect(ctx, c.ID, client.ContainerInspectOptions{})
	if err != nil {
		return nil, fmt.Errorf("inspect: %w", err)
	}
	return inspected.Container.State, nil
}

// Ended waits until the container's process has ended, and returns its status.
func (c *Container) Ended(ctx context.Context) (int, error) {
	waiting := c.engine.client.ContainerWait(ctx, c.ID, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	select {
	case ended := <-waiting.Result:
		return int(ended.StatusCode), nil
	case err := <-waiting.Error:
		return 0, err
	}
}

// Logs returns the start of what was written to standard output and error.
func (c *Container) Logs(ctx context.Context) (stdout, stderr string, err error) {
	logs, err := c.engine.client.ContainerLogs(ctx, c.ID, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		return "", "", fmt.Errorf("logs: %w", err)
	}
	defer logs.Close()
	var out, errs bytes.Buffer
	_, err = stdcopy.StdCopy(&out, &errs, io.LimitReader(logs, 64<<10))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return out.String(), errs.String(), err
}

// Remove removes the container, running or not. One that is gone is no error.
func (c *Container) Remove(ctx context.Context) error { return c.engine.removeContainer(ctx, c.ID) }

// removeContainer asks again where the container was just ending by itself, which
// podman takes for a failure.
func (e *Engine) removeContainer(ctx context.Context, id string) (err error) {
	for range 5 {
		_, err = e.client.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		if err == nil || errdefs.IsNotFound(err) || errdefs.IsConflict(err) {
			return nil
		}
		if Lost(err) || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}
