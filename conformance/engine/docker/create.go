package docker

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/podsandbox/pause/conformance/engine"
)

var containers atomic.Int64

// instance is a container of this run, running or not.
type instance struct {
	engine     *Engine
	id         string
	killReason atomic.Pointer[string] // set once boundDisk has killed it
}

// create creates a container as the request and the host configuration say.
func (e *Engine) create(ctx context.Context, image *image, request testcontainers.ContainerRequest) (*instance, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	// An interrupt must not cancel this request: the daemon would still create the
	// container, and Close would not know of it.
	alive, done := e.requests.Begin(e.Alive(), 1)
	defer done()
	request.Image = image.id
	request.Labels = map[string]string{engine.RunLabel: string(e.run)}
	request.Name = fmt.Sprintf("%s%s-%d", namePrefix, e.run, containers.Add(1))
	configure := request.HostConfigModifier
	request.HostConfigModifier = func(host *container.HostConfig) {
		host.Runtime = e.runtime
		host.Init = new(bool) // an engine may be set to put its own init first
		// An image may flood its log.
		host.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "256k", "max-file": "1"}}
		configure(host)
	}
	answer, err := e.provider.CreateContainer(alive, request)
	if err != nil {
		return nil, fmt.Errorf("create a container: %w", e.lostOr(alive, err))
	}
	return &instance{engine: e, id: answer.GetContainerID()}, nil
}

// start starts a container that has been created, or has ended.
func (c *instance) start(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, err := callOn(c.engine.Alive(), c.engine, c.engine.client.ContainerStart, c.id, client.ContainerStartOptions{}); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return nil
}

func (c *instance) inspect(ctx context.Context) (*container.State, error) {
	answer, err := callOn(ctx, c.engine, c.engine.client.ContainerInspect, c.id, client.ContainerInspectOptions{})
	if err != nil {
		return nil, fmt.Errorf("inspect: %w", err)
	}
	return answer.Container.State, nil
}

// Wait waits until the container's process has ended. The time is the engine's record of
// the end, which a busy engine reports late.
func (c *instance) Wait(ctx context.Context) (engine.Exit, error) {
	wait := c.engine.client.ContainerWait(ctx, c.id, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	select {
	case end := <-wait.Result:
		exit := engine.Exit{Status: int(end.StatusCode)}
		if state, err := c.inspect(ctx); err == nil {
			exit.Time = c.engine.clock.here(state.FinishedAt)
		}
		return exit, nil
	case err := <-wait.Error:
		return engine.Exit{}, c.engine.lostOr(ctx, err)
	}
}

// Remove removes the container.
func (c *instance) Remove(ctx context.Context) error { return c.engine.removeContainer(ctx, c.id) }

// join is the mode of a namespace that is another container's.
func join(id string) string { return "container:" + id }
