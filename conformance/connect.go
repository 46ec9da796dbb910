package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/containerd"
	"github.com/podsandbox/pause/conformance/engine/cri"
	"github.com/podsandbox/pause/conformance/engine/docker"
	"github.com/podsandbox/pause/conformance/engine/oci"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// Connect connects to the engine that the Config names, and tries it: an engine that runs
// no container must not be taken for an image that does not start.
func Connect(ctx context.Context, config Config) (engine.Engine, error) {
	eng, err := open(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := try(ctx, eng); err != nil {
		closeErr := eng.Close(context.WithoutCancel(ctx))
		if engine.Lost(err) {
			closeErr = nil // it says the same
		}
		return nil, errors.Join(err, closeErr)
	}
	return eng, nil
}

func open(ctx context.Context, config Config) (engine.Engine, error) {
	switch config.Engine {
	case Docker:
		return docker.Connect(ctx, docker.Options{Runtime: config.Runtime, RequestTimeout: config.RequestTimeout})
	case OCI:
		return oci.Connect(ctx, oci.Options{Runtime: config.Runtime, RequestTimeout: config.RequestTimeout})
	case Containerd:
		return containerd.Connect(ctx, containerd.Options{Runtime: config.Runtime, RequestTimeout: config.RequestTimeout})
	case CRI:
		return cri.Connect(ctx, cri.Options{Endpoint: config.Endpoint, Pod: config.Pod, Runtime: config.Runtime, RequestTimeout: config.RequestTimeout})
	}
	return nil, usageErrorf("engine %q: there is none of this name; see pause-conformance list engines", config.Engine)
}

// try runs the suite's own program as a sandbox, as another user than root, and joins it.
func try(ctx context.Context, eng engine.Engine) error {
	fail := func(err error) error {
		return fmt.Errorf("the engine runs no container, not even the suite's own: %w", err)
	}
	sandbox, err := eng.Probe().Start(ctx, engine.Pod{User: "65535:65535"})
	if errors.As(err, new(*engine.UnsupportedError)) {
		return nil // an engine whose sandboxes are of one image alone
	}
	if err != nil {
		return fail(err)
	}
	defer func() { _ = sandbox.Remove(eng.Alive()) }() // Close removes it otherwise
	container, err := sandbox.Join(ctx, engine.Shared)
	if err != nil {
		return fail(err)
	}
	client := client.New(container.Stream())
	_, err = client.Init(ctx)
	_ = client.Close()
	if err := errors.Join(err, container.Remove(ctx)); err != nil {
		return fail(err)
	}
	return nil
}
