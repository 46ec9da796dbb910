// Package cri is the driver for a node's own runtime, containerd or CRI-O, over the
// CRI. It judges the image that the runtime is configured for.
package cri

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/endpoint"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
	"github.com/podsandbox/pause/conformance/engine/cri/registry"
	"github.com/podsandbox/pause/conformance/engine/cri/workspace"
	"github.com/podsandbox/pause/conformance/report"
)

// Engine is a node's runtime, for one run.
type Engine struct {
	run       engine.RunID
	requests  *engine.Requests
	workspace *workspace.Workspace
	registry  *registry.Registry
	client    *endpoint.Client
	pods      *pods.Runtime
	info      report.Engine

	// alive ends with the runtime, or when others end the run's pods; watching ends
	// before the run removes its pods.
	alive, watching context.Context
	lose            context.CancelCauseFunc
	unwatch         context.CancelFunc

	configuring sync.Mutex
	configured  string // the image, empty until it is known
}

// Options say how the runtime is used.
type Options struct {
	// Endpoint is the runtime's socket, unix:///path.
	Endpoint string

	// Runtime is one of the runtime's handlers, as of a RuntimeClass, or empty for its
	// default.
	Runtime string

	// Pod is the UID of the kubelet's pod that the suite runs in, as the downward API has
	// it. Sandboxes are containers of that pod then. When it is empty, the run has pods of
	// its own, which a kubelet that runs ends.
	Pod string

	// RequestTimeout is the most time for one request; a runtime that takes longer is
	// lost.
	RequestTimeout time.Duration
}

// Connect connects to the runtime, removes what killed runs have left in it, and loads
// the probe. An error is one line, and says what to do.
func Connect(ctx context.Context, options Options) (engine.Engine, error) {
	options.RequestTimeout = cmp.Or(options.RequestTimeout, engine.DefaultRequestTimeout)
	if err := engine.NeedsRoot(); err != nil {
		return nil, fmt.Errorf("the CRI runtime at %s %w", options.Endpoint, err)
	}
	client, version, err := endpoint.Connect(ctx, options.Endpoint, options.RequestTimeout)
	if err != nil {
		return nil, err
	}
	e := &Engine{run: engine.NewRunID(), requests: engine.NewRequests(options.RequestTimeout), client: client}
	e.alive, e.lose = context.WithCancelCause(e.requests.Alive())
	e.watching, e.unwatch = context.WithCancel(e.alive)
	e.describe(version, options.Runtime)
	if err := e.start(ctx, options); err != nil {
		return nil, errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	return e, nil
}

func (e *Engine) describe(version *api.VersionResponse, handler string) {
	e.info = engine.HostInfo()
	e.info.Name, e.info.Version, e.info.Runtime = version.RuntimeName, version.RuntimeVersion, handler
}

func (e *Engine) start(ctx context.Context, own Options) error {
	request, done := e.requests.Begin(ctx, 1)
	info, err := e.client.Ready(request)
	systemd := err == nil && e.systemd(request, info)
	done()
	if err != nil {
		return engine.LostOr(request, err)
	}
	if err := workspace.Sweep(); err != nil {
		return err
	}
	if e.workspace, err = workspace.New(e.run); err != nil {
		return err
	}
	e.info.CgroupVersion = e.workspace.Group.Version()
	options := pods.Options{
		Client: e.client, Requests: e.requests, Run: e.run, Name: e.info.Name + " " + e.info.Version,
		Handler: own.Runtime, Directory: e.workspace.Directory,
	}
	if !systemd {
		options.Cgroup = e.workspace.Group
	}
	e.pods = pods.New(options)
	if err := e.remove(ctx, engine.RunID.Abandoned); err != nil {
		return err
	}
	if own.Pod != "" {
		e.configured, err = e.pods.Enter(ctx, own.Pod)
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve the probe's image: %w", err)
	}
	e.registry = registry.Serve(listener)
	if err := e.loadProbe(ctx); err != nil {
		return err
	}
	return e.watch(ctx)
}

// Info describes the runtime.
func (e *Engine) Info() report.Engine { return e.info }

// Alive is done when the runtime is lost, or others end the run's pods.
func (e *Engine) Alive() context.Context { return e.alive }

// RestartRuntime is unsupported.
func (e *Engine) RestartRuntime(context.Context) error {
	return engine.Unsupported("the runtime is the node's, and is not restarted")
}

// Close removes the pods and the images of the run.
func (e *Engine) Close(ctx context.Context) (err error) {
	e.unwatch()
	if e.pods != nil {
		e.pods.Requests = e.pods.Requests.Again()
		err = e.remove(ctx, func(run engine.RunID) bool { return run == e.run })
	}
	if e.registry != nil {
		_ = e.registry.Close()
	}
	_ = e.client.Close()
	if e.workspace != nil {
		err = errors.Join(err, e.workspace.Remove())
	}
	return err
}
