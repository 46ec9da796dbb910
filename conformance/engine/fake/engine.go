// Package fake is an engine that runs nothing. Its sandboxes are values that do what a
// test says, so that checks and the order in which they run can be tested in no time.
package fake

import (
	"context"
	"io"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
)

// Engine is an engine of two images.
type Engine struct {
	// Subject is the image that Load gives back, and Own the suite's.
	Subject, Own *Image

	alive context.Context
	lose  context.CancelCauseFunc
}

// New returns an engine whose sandboxes serve as they should.
func New() *Engine {
	alive, lose := context.WithCancelCause(context.Background())
	return &Engine{Subject: &Image{}, Own: &Image{}, alive: alive, lose: lose}
}

// Lose loses the engine to the error.
func (e *Engine) Lose(err error) { e.lose(&engine.LostError{Err: err}) }

// Info describes a native engine.
func (e *Engine) Info() report.Engine { return report.Engine{Name: "fake", Platform: "linux/amd64"} }

// Alive is done when Lose was called.
func (e *Engine) Alive() context.Context { return e.alive }

// Save has no image.
func (e *Engine) Save(context.Context, string) (io.ReadCloser, error) { return nil, engine.ErrNoImage }

// Configured is unsupported.
func (e *Engine) Configured(context.Context) (string, error) {
	return "", engine.Unsupported("a fake engine is configured for nothing")
}

// Load gives the subject back, whatever the source.
func (e *Engine) Load(context.Context, engine.Source) (engine.Image, error) { return e.Subject, nil }

// Probe is the suite's own image.
func (e *Engine) Probe() engine.Image { return e.Own }

// RestartRuntime is unsupported.
func (e *Engine) RestartRuntime(context.Context) error {
	return engine.Unsupported("a fake engine has no runtime")
}

// Close does nothing.
func (e *Engine) Close(context.Context) error { return nil }

// Image starts sandboxes.
type Image struct {
	// Refuse returns an error for a pod that is not to start. It may be nil.
	Refuse func(context.Context, engine.Pod) error

	// Behave changes a new sandbox. It may be nil.
	Behave func(*Sandbox)
}

// Start starts a sandbox.
func (i *Image) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	if i.Refuse != nil {
		if err := i.Refuse(ctx, pod); err != nil {
			return nil, err
		}
	}
	sandbox := &Sandbox{end: make(chan struct{}), Probe: &Probe{}}
	sandbox.OnSignal = func(signal unix.Signal) {
		switch signal {
		case unix.SIGTERM, unix.SIGINT:
			sandbox.End(0)
		case unix.SIGKILL:
			sandbox.End(137)
		}
	}
	if i.Behave != nil {
		i.Behave(sandbox)
	}
	return sandbox, nil
}

// Pinned is unsupported.
func (i *Image) Pinned(context.Context) (bool, error) {
	return false, engine.Unsupported("a fake engine pins no image")
}
