// Package containerd is the driver for a containerd of the suite's own, whose pods are
// real ones, and whose sandbox image is the one under test. It touches nothing of the
// host's runtimes: its files, mounts and network are in namespaces that end with it.
package containerd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/containerd/namespaces"
	"github.com/podsandbox/pause/conformance/engine/cri/endpoint"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
	"github.com/podsandbox/pause/conformance/engine/cri/registry"
	"github.com/podsandbox/pause/conformance/engine/cri/workspace"
	"github.com/podsandbox/pause/conformance/report"
)

// Engine is a private instance, for one run.
type Engine struct {
	requests   *engine.Requests
	limit      time.Duration
	workspace  *workspace.Workspace
	paths      paths
	programs   programs
	namespaces *namespaces.Namespaces
	registry   *registry.Registry
	daemon     *daemon
	client     *endpoint.Client
	pods       *pods.Runtime
	info       report.Engine

	// sandbox is the reference in containerd's configuration, and current the image that it
	// names now.
	sandbox   string
	switching sync.RWMutex
	current   *image
	probe     *image
}

// Options say how the instance is made.
type Options struct {
	// Runtime is an OCI runtime with runc's command line, by name or path; runc unless
	// set.
	Runtime string

	// RequestTimeout is the most time for one request; an instance that takes longer is
	// lost.
	RequestTimeout time.Duration
}

// Connect starts an instance of the containerd in PATH, after it has removed what
// killed runs have left. An error is one line, and says what is missing.
func Connect(ctx context.Context, options Options) (engine.Engine, error) {
	options.RequestTimeout = cmp.Or(options.RequestTimeout, engine.DefaultRequestTimeout)
	programs, err := find(ctx, options.Runtime)
	if err != nil {
		return nil, err
	}
	if err := workspace.Sweep(); err != nil {
		return nil, err
	}
	run := engine.NewRunID()
	e := &Engine{requests: engine.NewRequests(options.RequestTimeout), limit: options.RequestTimeout, programs: programs}
	if e.workspace, err = workspace.New(run); err != nil {
		return nil, err
	}
	if err := e.start(ctx, run); err != nil {
		return nil, errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	return e, nil
}

func (e *Engine) start(ctx context.Context, run engine.RunID) (err error) {
	e.paths = paths{e.workspace.Directory, filepath.Join(e.workspace.Directory, "private")}
	if err := os.Mkdir(e.paths.private, 0o711); err != nil {
		return err
	}
	if e.namespaces, err = namespaces.Enter(e.paths.directory, e.paths.private); err != nil {
		return err
	}
	if err := e.serve(); err != nil {
		return err
	}
	if err := e.paths.configure(e.programs, e.sandbox); err != nil {
		return err
	}
	if e.client, err = endpoint.Dial("unix://" + e.paths.socket()); err != nil {
		return err
	}
	if err := e.startDaemon(ctx); err != nil {
		return err
	}
	e.describe()
	e.pods = pods.New(pods.Options{
		Client: e.client, Requests: e.requests, Run: run, Name: e.info.Name + " " + e.info.Version,
		Directory: e.paths.directory, Cgroup: e.workspace.Group.Child("pods"),
	})
	return e.loadProbe(ctx)
}

// serve serves the registry in the instance's network, on which nobody else listens.
func (e *Engine) serve() error {
	return e.namespaces.Do(func() error {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("serve the images: %w", err)
		}
		e.registry = registry.Serve(listener)
		e.sandbox = e.registry.Reference("sandbox", "latest")
		return nil
	})
}

func (e *Engine) startDaemon(ctx context.Context) (err error) {
	e.daemon, err = start(e.namespaces, e.workspace.Group.Child("runtime"), e.programs, e.paths)
	if err != nil {
		return err
	}
	return e.daemon.ready(ctx, e.limit, func(ctx context.Context) error {
		e.client.Reconnect()
		_, err := e.client.Ready(ctx)
		return err
	})
}

func (e *Engine) describe() {
	e.info = engine.HostInfo()
	e.info.Name, e.info.Version, e.info.Runtime = "containerd", e.programs.version, filepath.Base(e.programs.runtime)
	e.info.CgroupVersion = e.workspace.Group.Version()
}

// Info describes the instance.
func (e *Engine) Info() report.Engine { return e.info }

// Alive is done when the instance is lost.
func (e *Engine) Alive() context.Context { return e.requests.Alive() }

// Probe is the suite's own image.
func (e *Engine) Probe() engine.Image { return e.probe }

// Save finds nothing: the instance has the images that it is given.
func (e *Engine) Save(context.Context, string) (io.ReadCloser, error) {
	return nil, engine.ErrNoImage
}

// Configured is unsupported.
func (e *Engine) Configured(context.Context) (string, error) {
	return "", engine.Unsupported("the engine is configured for the image that it is given")
}

// RestartRuntime restarts containerd. Its shims and pods run on.
func (e *Engine) RestartRuntime(ctx context.Context) error {
	return e.pods.Exclusively(func() error {
		e.daemon.stop(e.limit)
		if err := e.startDaemon(context.WithoutCancel(ctx)); err != nil {
			return e.requests.Lose(fmt.Errorf("restart the runtime: %w", err))
		}
		return nil
	})
}

// Close ends every process of the instance, and with them its mounts, its network and
// its files.
func (e *Engine) Close(context.Context) error {
	if e.client != nil {
		_ = e.client.Close()
	}
	if e.daemon != nil {
		e.daemon.stop(0)
	}
	if e.registry != nil {
		_ = e.registry.Close()
	}
	err := e.workspace.Group.Kill()
	if e.namespaces != nil {
		e.namespaces.Close()
	}
	return errors.Join(err, e.workspace.Remove())
}
