package cri

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/podsandbox/pause/conformance/engine"
)

// Save returns the image that the runtime is configured for, as far as the CRI tells
// of it: its configuration, and the files that a sandbox of it sees, in one layer. A
// node needs no registry then.
func (e *Engine) Save(ctx context.Context, reference string) (io.ReadCloser, error) {
	answer, err := e.find(ctx, reference)
	if err != nil {
		return nil, err
	}
	subject, err := e.Load(ctx, engine.Source{Reference: reference, Held: true})
	if err != nil {
		return nil, err
	}
	fail := func(err error) (io.ReadCloser, error) {
		return nil, fmt.Errorf("image %q: read it from a sandbox: %w", reference, err)
	}
	var info struct{ ImageSpec *v1.ConfigFile }
	if err := json.Unmarshal([]byte(answer.Info["info"]), &info); err != nil || info.ImageSpec == nil {
		return fail(errors.Join(err, fmt.Errorf("%s tells no configuration", e.pods.Name)))
	}
	tag, err := name.ParseReference(reference)
	if err != nil {
		return fail(err)
	}
	sandbox, err := subject.Start(ctx, engine.Pod{})
	if err != nil {
		return fail(err)
	}
	defer func() { _ = sandbox.Remove(e.Alive()) }() // Close removes it otherwise
	state, err := sandbox.State(ctx)
	if err != nil {
		return fail(err)
	}
	content, err := imageOf(info.ImageSpec, state.PID)
	if err != nil {
		return fail(err)
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(tarball.Write(tag, content, writer)) }()
	return reader, nil
}

// imageOf makes an image of the configuration and of the files that the process sees.
func imageOf(file *v1.ConfigFile, pid int) (v1.Image, error) {
	layer, err := layerOf(pid)
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.RootFS, file.History = v1.RootFS{Type: "layers"}, nil
	content, err := mutate.ConfigFile(empty.Image, file)
	if err != nil {
		return nil, err
	}
	return mutate.AppendLayers(content, layer)
}
