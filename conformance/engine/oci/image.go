package oci

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// unpackedImage is an image and its files. All its sandboxes share one root file system,
// which they cannot write to.
type unpackedImage struct {
	engine    *Engine
	config    v1.Config
	directory string
	mapRoot   func() error // makes the root file system of user namespaces
}

func (e *Engine) load(ctx context.Context, content v1.Image) (*unpackedImage, error) {
	file, err := content.ConfigFile()
	if err != nil {
		return nil, err
	}
	i := &unpackedImage{engine: e, config: file.Config, directory: filepath.Join(e.directory, e.name("image"))}
	i.mapRoot = sync.OnceValue(func() error {
		return unpack(context.WithoutCancel(ctx), content, i.mappedRoot(), int(idMappings[0].HostID))
	})
	if err := os.Mkdir(i.directory, 0o711); err != nil {
		return nil, err
	}
	return i, unpack(ctx, content, i.root(), 0)
}

func (i *unpackedImage) root() string { return filepath.Join(i.directory, "root") }

// mappedRoot is the root file system for sandboxes with a user namespace, where the
// image's owners are those that the namespace maps them to.
func (i *unpackedImage) mappedRoot() string { return filepath.Join(i.directory, "mapped-root") }

// rootOf returns the root file system for a pod.
func (i *unpackedImage) rootOf(pod engine.Pod) (string, error) {
	if !pod.UserNamespace {
		return i.root(), nil
	}
	if err := i.mapRoot(); err != nil {
		return "", fmt.Errorf("unpack the image for a user namespace: %w", err)
	}
	return i.mappedRoot(), nil
}

// Pinned is unsupported: a runtime collects no images.
func (i *unpackedImage) Pinned(context.Context) (bool, error) {
	return false, engine.Unsupported("an OCI runtime keeps no images that could be collected")
}

// Start starts a sandbox of the image.
func (i *unpackedImage) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s, err := i.newSandbox(pod)
	if err != nil {
		return nil, err
	}
	// An interrupt must not cancel the start: half of a container would stay.
	window, cancel := i.engine.requests.Alive(), context.CancelFunc(func() {})
	if pod.PIDsOf != nil {
		window, cancel = bounded(window)
	}
	defer cancel()
	if err := s.start(window); err != nil {
		_ = s.Remove(i.engine.requests.Alive()) // Close removes it otherwise
		return nil, err
	}
	return s, nil
}
