package containerd

import (
	"context"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
)

// image is an image that the instance has had as its sandbox image at least once.
type image struct {
	engine    *Engine
	reference string // that of the user
	content   v1.Image
	id        string // the instance's
}

// Load makes the image known to the instance.
func (e *Engine) Load(ctx context.Context, source engine.Source) (engine.Image, error) {
	i := &image{engine: e, reference: source.Reference, content: source.Image}
	release, err := i.Use(ctx)
	if err != nil {
		return nil, err
	}
	release()
	return i, nil
}

func (e *Engine) loadProbe(ctx context.Context) error {
	content, err := engine.ProbeImage()
	if err != nil {
		return err
	}
	probe, err := e.Load(ctx, engine.Source{Reference: "probe", Image: content})
	if err != nil {
		return err
	}
	e.probe = probe.(*image)
	e.pods.Probe = e.probe.id
	return nil
}

// Use makes the image the sandbox image until release is called. The name in
// containerd's configuration stays; what it means is changed as by an upgrade of a
// node's images: it is pushed and pulled again.
func (i *image) Use(ctx context.Context) (release func(), err error) {
	for e := i.engine; ; {
		e.switching.RLock()
		if e.current == i {
			return e.switching.RUnlock, nil
		}
		e.switching.RUnlock()
		if err := e.change(ctx, i); err != nil {
			return nil, fmt.Errorf("image %q: load it into containerd: %w", i.reference, err)
		}
	}
}

func (e *Engine) change(ctx context.Context, i *image) error {
	e.switching.Lock()
	defer e.switching.Unlock()
	if e.current == i {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e.current = nil
	if err := e.registry.Push(ctx, e.sandbox, i.content); err != nil {
		return err
	}
	answer, err := pods.Call(e.Alive(), e.pods, pods.Transfer, e.client.PullImage,
		&cri.PullImageRequest{Image: &cri.ImageSpec{Image: e.sandbox}})
	if err != nil {
		return err
	}
	i.id, e.current = answer.ImageRef, i
	return nil
}

// Reference is the instance's id of it.
func (i *image) Reference() string { return i.id }

// Start starts a sandbox of the image.
func (i *image) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	return i.engine.pods.Start(ctx, i, pod)
}

// Pinned tells whether containerd keeps the image from garbage collection.
func (i *image) Pinned(ctx context.Context) (bool, error) {
	release, err := i.Use(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	isPinned, err := i.engine.pods.Pinned(ctx, i.engine.sandbox)
	if err == nil && !isPinned {
		// The configuration is the suite's own, and a version that pins does so by itself.
		return false, engine.Unsupported("containerd %s pins no image", i.engine.info.Version)
	}
	return isPinned, err
}
