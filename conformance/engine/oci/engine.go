// Package oci runs pods by an OCI runtime itself, with no daemon: runc, crun, youki or
// whatever has the command line of runc. It needs root.
package oci

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
	"github.com/podsandbox/pause/conformance/report"
)

// Options choose the runtime.
type Options struct {
	// Runtime is a name in PATH or a path; the first of runc, crun and youki in PATH where
	// it is empty.
	Runtime string

	// RequestTimeout limits each request to the runtime; engine.DefaultRequestTimeout unless set.
	RequestTimeout time.Duration
}

// Engine is one run's use of a runtime.
type Engine struct {
	runtime   string // the path
	info      report.Engine
	run       engine.RunID
	directory string        // holds everything of the run that is in a file system
	cgroup    *cgroup.Group // holds one group for each pod of the run
	requests  *engine.Requests
	launcher  *launcher
	probe     *unpackedImage
	names     atomic.Int64 // of bundles and images
	addresses atomic.Int64
}

var _ engine.Engine = (*Engine)(nil)

// Connect finds the runtime, and sweeps what killed runs have left behind. The error is
// one line that names what the host lacks: root, a runtime, or a kernel feature.
func Connect(ctx context.Context, options Options) (engine.Engine, error) {
	if err := engine.NeedsRoot(); err != nil {
		return nil, fmt.Errorf("an OCI runtime %w", err)
	}
	path, err := findRuntime(options.Runtime)
	if err != nil {
		return nil, err
	}
	options.RequestTimeout = cmp.Or(options.RequestTimeout, engine.DefaultRequestTimeout)
	e := &Engine{runtime: path, run: engine.NewRunID(), requests: engine.NewRequests(options.RequestTimeout)}
	if e.cgroup, err = cgroup.Open(cgroupOf(e.run)); err != nil {
		return nil, err
	}
	if e.launcher, err = launch(); err != nil {
		return nil, err
	}
	if err := e.describe(ctx); err != nil {
		return nil, err
	}
	if err := sweepAbandoned(); err != nil {
		return nil, fmt.Errorf("remove what a killed run has left: %w", err)
	}
	e.directory = filepath.Join(runs, string(e.run))
	// Containers with a user namespace have to reach their files below.
	if err := os.MkdirAll(e.directory, 0o711); err != nil {
		return nil, fmt.Errorf("make a directory of the run: %w", err)
	}
	e.cgroup.Weigh()
	e.cgroup.LimitRun()
	if err := e.loadProbe(ctx); err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	return e, nil
}

func (e *Engine) describe(ctx context.Context) error {
	name, version, err := describeRuntime(ctx, e.runtime)
	if err != nil {
		return err
	}
	e.info = engine.HostInfo()
	e.info.Name, e.info.Version, e.info.Runtime, e.info.CgroupVersion = name, version, e.runtime, e.cgroup.Version()
	return nil
}

func (e *Engine) loadProbe(ctx context.Context) error {
	content, err := engine.ProbeImage()
	if err != nil {
		return err
	}
	e.probe, err = e.load(ctx, content)
	return err
}

// Info names the runtime.
func (e *Engine) Info() report.Engine { return e.info }

// Alive is done when the runtime no longer answers.
func (e *Engine) Alive() context.Context { return e.requests.Alive() }

// Save returns engine.ErrNoImage: a runtime keeps no images.
func (e *Engine) Save(context.Context, string) (io.ReadCloser, error) {
	return nil, engine.ErrNoImage
}

// Configured is unsupported: a runtime knows no images.
func (e *Engine) Configured(context.Context) (string, error) {
	return "", engine.Unsupported("an OCI runtime has no configured sandbox image")
}

// Load unpacks the image.
func (e *Engine) Load(ctx context.Context, source engine.Source) (engine.Image, error) {
	content, err := e.load(ctx, source.Image)
	if err != nil {
		return nil, fmt.Errorf("image %q: %w", source.Reference, err)
	}
	return content, nil
}

// Probe is the suite's own image.
func (e *Engine) Probe() engine.Image { return e.probe }

// RestartRuntime is unsupported: nothing of a runtime stays between its commands.
func (e *Engine) RestartRuntime(context.Context) error {
	return engine.Unsupported("an OCI runtime has no daemon that could be restarted")
}

// Close ends every container of the run, and removes its files and cgroups.
func (e *Engine) Close(context.Context) error {
	return e.sweepOwn()
}

// name returns a name that is new in the run.
func (e *Engine) name(kind string) string { return fmt.Sprintf("%s%d", kind, e.names.Add(1)) }

// address returns an address that is new in the run.
func (e *Engine) address() netip.Addr {
	address := firstAddress.As4()
	n := e.addresses.Add(1)
	address[2], address[3] = byte(n>>8), byte(n)
	return netip.AddrFrom4(address)
}
