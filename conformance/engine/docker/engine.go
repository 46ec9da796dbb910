// Package docker is the driver for Docker-compatible engines, by testcontainers-go:
// Docker, and Podman's service.
package docker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
)

// Engine is a connection to the engine in reach, for one run.
type Engine struct {
	info     report.Engine
	limits   bool // of memory and pids are applied, rather than discarded
	provider *testcontainers.DockerProvider
	client   client.APIClient
	requests *engine.Requests
	runtime  string
	run      engine.RunID
	clock    clock
	probe    *image
}

// Options say how the engine is used.
type Options struct {
	// Runtime is one of the engine's OCI runtimes, or empty for its default.
	Runtime string

	// RequestTimeout is the most time for one request; an engine that takes longer is
	// lost.
	RequestTimeout time.Duration
}

// Connect finds the engine by DOCKER_HOST, the docker context, or the default
// sockets, removes what killed runs have left in it, and loads the probe. An error is
// one line, and says what was tried.
func Connect(ctx context.Context, options Options) (engine.Engine, error) {
	options.RequestTimeout = cmp.Or(options.RequestTimeout, engine.DefaultRequestTimeout)
	e := &Engine{run: engine.NewRunID(), requests: engine.NewRequests(options.RequestTimeout)}
	if err := e.reach(ctx); err != nil {
		return nil, err
	}
	provider, err := call(ctx, e, newProvider, testcontainers.WithLogger(discardLogger{}))
	if err != nil {
		return nil, unreachable(err)
	}
	e.provider, e.client = provider, provider.Client()
	if err := e.describe(ctx, options.Runtime); err != nil {
		_ = e.provider.Close()
		return nil, err
	}
	for _, step := range []func(context.Context) error{e.sweep, e.loadProbe} {
		if err := step(ctx); err != nil {
			_ = e.Close(context.WithoutCancel(ctx))
			return nil, err
		}
	}
	return e, nil
}

func (e *Engine) describe(ctx context.Context, runtime string) error {
	if err := e.answers(); err != nil {
		return err
	}
	answer, err := call(ctx, e, e.client.Info, client.InfoOptions{})
	if err != nil {
		return unreachable(err)
	}
	info := answer.Info
	version, err := call(ctx, e, e.client.ServerVersion, client.ServerVersionOptions{})
	if err != nil {
		return unreachable(err)
	}
	if runtime == "" {
		runtime = info.DefaultRuntime
	}
	name := productOf(version)
	if name == podman && runtime != info.DefaultRuntime {
		return fmt.Errorf("runtime %q: podman's API takes no runtime, and would use %s; set it in containers.conf", runtime, info.DefaultRuntime)
	}
	if _, known := info.Runtimes[runtime]; !known && len(info.Runtimes) > 0 {
		var names []string
		for name := range info.Runtimes {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("runtime %q: the engine has %s", runtime, strings.Join(names, ", "))
	}
	e.runtime, e.limits, e.clock = runtime, info.MemoryLimit && info.PidsLimit, clockOf(info.SystemTime)
	e.info = report.Engine{
		Name:          name,
		Version:       version.Version,
		Runtime:       runtime,
		Kernel:        info.KernelVersion,
		CgroupVersion: info.CgroupVersion,
		Platform:      version.Os + "/" + version.Arch,
	}
	return nil
}

// Info describes the engine.
func (e *Engine) Info() report.Engine { return e.info }

// Alive is done when the engine is lost.
func (e *Engine) Alive() context.Context { return e.requests.Alive() }

// Probe is the suite's own image.
func (e *Engine) Probe() engine.Image { return e.probe }

// Configured is unsupported: an engine has no image of its own for sandboxes.
func (e *Engine) Configured(context.Context) (string, error) {
	return "", engine.Unsupported("the engine is configured for no sandbox image")
}

// RestartRuntime is unsupported: others use the engine too.
func (e *Engine) RestartRuntime(context.Context) error {
	return engine.Unsupported("the engine belongs to others too, and is not restarted")
}

const podman = "Podman Engine"

// productOf tells Docker and Podman apart, which speak the same API.
func productOf(version client.ServerVersionResult) string {
	for _, component := range version.Components {
		if component.Name == podman {
			return podman
		}
	}
	return "Docker Engine"
}
