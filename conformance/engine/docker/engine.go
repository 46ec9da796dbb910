// Package engine runs sandboxes and probes on a Docker-compatible engine, by
// testcontainers-go, and sees to it that nothing of a run stays behind.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/podsandbox/pause/conformance/report"
)

// Engine is a connection to the engine in reach, for one run.
type Engine struct {
	// Info describes the engine in reports.
	Info report.Engine

	// Limits tells whether limits of memory and pids are heeded, rather than discarded.
	Limits bool

	provider *testcontainers.DockerProvider
	client   client.APIClient
	runtime  string
	owner    string

	skew     time.Duration // of its clock
	patience time.Duration // with one request
	alive    context.Context
	lose     context.CancelCauseFunc
}

// Connect finds the engine as testcontainers-go does (DOCKER_HOST, the docker
// context, the default sockets). The runtime is one of the engine's OCI
// runtimes, or empty for its default. An engine that takes longer than patience for a
// request is lost. An error is one line, and says what was tried.
func Connect(ctx context.Context, runtime string, patience time.Duration) (*Engine, error) {
	// Its image cannot be pulled where no registry is in reach; what this package
	// starts carries a label of its own, and is swept by that. The setting is read
	// once, at the first call.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, err
	}
	log.SetDefault(mute{})
	e := &Engine{owner: owner(), patience: patience}
	e.alive, e.lose = context.WithCancelCause(context.Background())
	provider, err := ask(ctx, e, provide, testcontainers.WithLogger(mute{}))
	if err != nil {
		return nil, unreachable(err)
	}
	e.provider, e.client = provider, provider.Client()
	if asked := os.Getenv("DOCKER_HOST"); asked != "" && e.client.DaemonHost() != asked {
		return nil, unreachable(errors.New("it does not answer"))
	}
	info, err := ask(ctx, e, e.client.Info, client.InfoOptions{})
	if err != nil {
		return nil, unreachable(err)
	}
	version, err := ask(ctx, e, e.client.ServerVersion, client.ServerVersionOptions{})
	if err != nil {
		return nil, unreachable(err)
	}
	name := productOf(version)
	if runtime == "" {
		runtime = info.Info.DefaultRuntime
	}
	if name == podman && runtime != info.Info.DefaultRuntime {
		return nil, fmt.Errorf("runtime %q: podman's API takes no runtime, and would use %s; set it in containers.conf", runtime, info.Info.DefaultRuntime)
	}
	if _, known := info.Info.Runtimes[runtime]; !known && len(info.Info.Runtimes) > 0 {
		var names []string
		for name := range info.Info.Runtimes {
			names = append(names, name)
		}
		return nil, fmt.Errorf("runtime %q: the engine has %s", runtime, strings.Join(names, ", "))
	}
	e.runtime, e.Limits = runtime, info.Info.MemoryLimit && info.Info.PidsLimit
	if there, err := time.Parse(time.RFC3339Nano, info.Info.SystemTime); err == nil {
		e.skew = time.Until(there)
	}
	if e.skew.Abs() < 3*time.Second { // an engine tells whole seconds, and takes a while
		e.skew = 0
	}
	e.Info = report.Engine{
		Name:          name,
		Version:       version.Version,
		Runtime:       runtime,
		Kernel:        info.Info.KernelVersion,
		CgroupVersion: info.Info.CgroupVersion,
		Platform:      version.Os + "/" + version.Arch,
	}
	return e, nil
}

// Clock is a moment of the engine's, by this machine's clock.
func (e *Engine) Clock(moment string) (time.Time, error) {
	there, err := time.Parse(time.RFC3339Nano, moment)
	return there.Add(-e.skew), err
}

// provide makes a provider, which testcontainers-go has no context for.
func provide(ctx context.Context, option testcontainers.LoggerOption) (*testcontainers.DockerProvider, error) {
	type result struct {
		provider *testcontainers.DockerProvider
		err      error
	}
	made := make(chan result, 1)
	go func() {
		provider, err := testcontainers.NewDockerProvider(option)
		made <- result{provider, err}
	}()
	select {
	case result := <-made:
		return result.provider, result.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
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

// Lost tells whether the error says that the engine itself is gone.
func Lost(err error) bool {
	return client.IsErrConnectionFailed(err) || errdefs.IsUnavailable(err) || errors.As(err, new(silence))
}

func unreachable(err error) error {
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "DOCKER_HOST is not set; tried the docker context and the default sockets"
	}
	if errors.As(err, new(silence)) {
		return fmt.Errorf("container engine (%s): %w", host, err)
	}
	reason := strings.Join(strings.Fields(err.Error()), " ")
	return fmt.Errorf("no container engine in reach (%s): %s; start one or set DOCKER_HOST, or use --profile static", host, reason)
}

type mute struct{}

func (mute) Printf(string, ...any) {}
