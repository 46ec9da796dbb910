package cri

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
)

// image is the sandbox image of the runtime's configuration.
type image struct {
	engine    *Engine
	reference string
}

// Configured names the image of the runtime's sandboxes. A pod tells, whichever runtime
// it is.
func (e *Engine) Configured(ctx context.Context) (string, error) {
	e.configuring.Lock()
	defer e.configuring.Unlock()
	if e.configured != "" {
		return e.configured, nil
	}
	sandbox, err := e.pods.Start(ctx, &image{engine: e}, engine.Pod{})
	if err != nil {
		return "", fmt.Errorf("ask a pod for its image: %w", err)
	}
	defer func() { _ = sandbox.Remove(e.Alive()) }() // Close removes it otherwise
	info, err := e.pods.Record(ctx, sandbox)
	if err != nil {
		return "", fmt.Errorf("ask a pod for its image: %w", err)
	}
	var record struct{ Image string }
	if err := json.Unmarshal([]byte(info["info"]), &record); err != nil || record.Image == "" {
		return "", engine.Unsupported("%s does not tell which image its sandboxes are of", e.pods.Name)
	}
	e.configured = record.Image
	return e.configured, nil
}

// find returns the runtime's image of the reference, or ErrNoImage.
func (e *Engine) find(ctx context.Context, reference string) (*api.ImageStatusResponse, error) {
	answer, err := pods.Call(ctx, e.pods, 1, e.client.ImageStatus, &api.ImageStatusRequest{
		Image: &api.ImageSpec{Image: reference, UserSpecifiedImage: reference}, Verbose: true,
	})
	if err != nil {
		return nil, fmt.Errorf("image %q: ask %s: %w", reference, e.pods.Name, err)
	}
	if answer.Image == nil {
		return nil, engine.ErrNoImage
	}
	return answer, nil
}

// Load accepts the image that the runtime is configured for, and no other.
func (e *Engine) Load(ctx context.Context, source engine.Source) (engine.Image, error) {
	reference, err := e.Configured(ctx)
	if err != nil {
		return nil, err
	}
	ours, err := e.find(ctx, reference)
	if err != nil {
		return nil, fmt.Errorf("image %q, for which %s is configured: %w", reference, e.pods.Name, err)
	}
	id, err := e.idOf(ctx, source)
	if err != nil {
		return nil, err
	}
	if plain(id) != plain(ours.Image.Id) {
		return nil, fmt.Errorf("image %q (%.19s) is not the one that %s starts sandboxes of, %s (%.19s): judge that, or configure the runtime for the other",
			source.Reference, id, e.pods.Name, reference, ours.Image.Id)
	}
	return &image{e, reference}, nil
}

// idOf returns the digest of the image's configuration, which runtimes have as its id.
func (e *Engine) idOf(ctx context.Context, source engine.Source) (string, error) {
	if source.Held {
		answer, err := e.find(ctx, source.Reference)
		if err != nil {
			return "", fmt.Errorf("image %q: %w", source.Reference, err)
		}
		return answer.Image.Id, nil
	}
	id, err := source.Image.ConfigName()
	if err != nil {
		return "", fmt.Errorf("image %q: %w", source.Reference, err)
	}
	return id.String(), nil
}

func plain(id string) string { return strings.TrimPrefix(id, "sha256:") }

// Use has nothing to do: the runtime has it for sandboxes.
func (i *image) Use(context.Context) (release func(), err error) { return func() {}, nil }

// Reference is its name in the runtime's configuration.
func (i *image) Reference() string { return i.reference }

// Start starts a sandbox of the image.
func (i *image) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	return i.engine.pods.Start(ctx, i, pod)
}

// Pinned tells whether the runtime keeps the image from garbage collection, which containerd 1.6 cannot
// (containerd#7944).
func (i *image) Pinned(ctx context.Context) (bool, error) {
	isPinned, err := i.engine.pods.Pinned(ctx, i.reference)
	info := i.engine.info
	if err == nil && !isPinned && info.Name == "containerd" && strings.HasPrefix(strings.TrimPrefix(info.Version, "v"), "1.6.") {
		return false, engine.Unsupported("containerd %s pins no image", info.Version)
	}
	return isPinned, err
}
