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
		_ = created.Remove(e.alive) // Close removes it otherwise
		return nil, err
	}
	return created, nil
}

func (e *Engine) create(ctx context.Context, spec Spec) (*Container, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	// Not even an interrupt ends it: an engine goes on with what it was asked for when
	// nobody waits for the answer any more, and what it makes then no Close would find.
	request, done := e.request(e.alive, 1)
	defer done()
	created, err := e.provider.CreateContainer(request, testcontainers.ContainerRequest{
		Image:      spec.Image,
		Entrypoint: spec.Entrypoint,
		Cmd:        spec.Cmd,
		Labels:     map[string]string{ownerLabel: e.owner},
		ConfigModifier: func(config *container.Config) {
			config.User = spec.User
			config.Hostname = spec.Hostname
			// The runtime's own empty namespace: Docker's takes longer than all the rest.
			config.NetworkDisabled = spec.Network == "" && spec.NetworkOf == ""
			config.OpenStdin, config.StdinOnce = spec.OpenStdin, spec.OpenStdin
		},
		HostConfigModifier: func(host *container.HostConfig) { e.configure(host, spec) },
	})
	if err != nil {
		err = fmt.Errorf("create a container of %s: %w", spec.Image, because(request, err))
		if errdefs.IsInvalidArgument(err) { // such as an image without any command
			return nil, &StartError{err}
		}
		return nil, err
	}
	return &Container{ID: created.GetContainerID(), engine: e}, nil
}

// Start starts a container that has been created, or has ended.
func (c *Container) Start(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	_, err := askOf(c.engine.alive, c.engine, c.engine.client.ContainerStart, c.ID, client.ContainerStartOptions{})
	if err != nil && !Lost(err) {
		return &StartError{fmt.Errorf("start: %s", strings.TrimSpace(err.Error()))}
	}
	return err
}

// Kill sends a signal, by name or number.
func (c *Container) Kill(ctx context.Context, signal string) error {
	if _, err := askOf(ctx, c.engine, c.engine.client.ContainerKill, c.ID, client.ContainerKillOptions{Signal: signal}); err != nil {
		return fmt.Errorf("send %s by the engine: %w", signal, err)
	}
	return nil
}

// Freeze pauses and unpauses the container.
func (c *Container) Freeze(ctx context.Context) error {
	if _, err := askOf(ctx, c.engine, c.engine.client.ContainerPause, c.ID, client.ContainerPauseOptions{}); err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	if _, err := askOf(ctx, c.engine, c.engine.client.ContainerUnpause, c.ID, client.ContainerUnpauseOptions{}); err != nil {
		return fmt.Errorf("unpause: %w", err)
	}
	return nil
}

// State returns the engine's record of the container's process.
func (c *Container) State(ctx context.Context) (*container.State, error) {
	inspected, err := askOf(ctx, c.engine, c.engine.client.ContainerInspect, c.ID, client.ContainerInspectOptions{})
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
	request, done := c.engine.request(ctx, 1)
	defer done()
	logs, err := c.engine.client.ContainerLogs(request, c.ID, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		return "", "", fmt.Errorf("logs: %w", because(request, err))
	}
	defer logs.Close()
	var out, errs bytes.Buffer
	_, err = stdcopy.StdCopy(&out, &errs, io.LimitReader(logs, 64<<10))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return out.String(), errs.String(), because(request, err)
}

// Remove removes the container, running or not. One that is gone is no error.
func (c *Container) Remove(ctx context.Context) error { return c.engine.removeContainer(ctx, c.ID) }

// removeContainer asks again where the container was just ending by itself, which
// podman takes for a failure.
func (e *Engine) removeContainer(ctx context.Context, id string) (err error) {
	for range 5 {
		_, err = askOf(ctx, e, e.client.ContainerRemove, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
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
