package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/containerd/errdefs"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/engine"
)

// image is an image of the engine, by its id: a name may move while a run goes on.
type image struct {
	engine *Engine
	id     string
}

// Pinned is unsupported: an engine collects no image by itself.
func (i *image) Pinned(context.Context) (bool, error) {
	return false, engine.Unsupported("the engine collects no image, and pins none")
}

// archive is a saved image on its way, which is one request.
type archive struct {
	io.ReadCloser
	done func()
}

func (a archive) Close() error {
	defer a.done()
	return a.ReadCloser.Close()
}

// Save returns the engine's image of the reference.
func (e *Engine) Save(ctx context.Context, reference string) (io.ReadCloser, error) {
	if _, err := e.find(ctx, reference); err != nil {
		return nil, err
	}
	request, done := e.requests.Begin(ctx, transfer)
	content, err := e.client.ImageSave(request, []string{reference})
	if err != nil {
		done()
		return nil, fmt.Errorf("image %q: the engine does not save it: %w", reference, e.lostOr(request, err))
	}
	return archive{content, done}, nil
}

// find returns the image that the engine holds under the reference.
func (e *Engine) find(ctx context.Context, reference string) (*image, error) {
	request, done := e.requests.Begin(ctx, 1)
	defer done()
	answer, err := e.client.ImageInspect(request, reference)
	if errdefs.IsNotFound(err) {
		return nil, engine.ErrNoImage
	}
	if err != nil {
		return nil, fmt.Errorf("image %q: ask the engine: %w", reference, e.lostOr(request, err))
	}
	return &image{e, answer.ID}, nil
}

// loads counts the images that this process has loaded, for their names.
var loads atomic.Int64

// Load loads the image under a name of the run, which Close removes.
func (e *Engine) Load(ctx context.Context, source engine.Source) (engine.Image, error) {
	if source.Held {
		return e.find(ctx, source.Reference)
	}
	return e.load(ctx, source)
}

// load loads again where the image is gone at once: another run has removed its own name of
// the same image meanwhile, and the engine the image with it.
func (e *Engine) load(ctx context.Context, source engine.Source) (*image, error) {
	tag, err := name.NewTag(fmt.Sprintf("%simage-%d:%s", repository, loads.Add(1), e.run))
	if err != nil {
		return nil, err
	}
	for range attempts {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var answer string
		if answer, err = e.send(tag, source.Image); err != nil {
			break
		}
		var subject *image
		if subject, err = e.find(ctx, tag.String()); err == nil {
			return subject, nil
		}
		if err = fmt.Errorf("%w; it answered %.200q", err, answer); !errors.Is(err, engine.ErrNoImage) {
			break
		}
	}
	return nil, fmt.Errorf("image %q: load it into the engine: %w", source.Reference, err)
}

// send sends the image to the engine, and returns what that says.
func (e *Engine) send(tag name.Tag, content v1.Image) (answer string, err error) {
	reader, writer := io.Pipe()
	defer reader.Close()
	go func() { writer.CloseWithError(tarball.Write(tag, content, writer)) }()
	request, done := e.requests.Begin(e.Alive(), transfer) // as in create
	defer done()
	result, err := e.client.ImageLoad(request, reader, client.ImageLoadWithQuiet(true))
	if err != nil {
		return "", e.lostOr(request, err)
	}
	defer result.Close()
	text, err := io.ReadAll(io.LimitReader(result, 64<<10))
	if err != nil {
		return "", e.lostOr(request, err)
	}
	return string(text), nil
}

// loadProbe loads the suite's own image, which runs on the engine's platform alone.
func (e *Engine) loadProbe(ctx context.Context) error {
	content, err := engine.ProbeImage()
	if err != nil {
		return err
	}
	configuration, err := content.ConfigFile()
	if err != nil {
		return err
	}
	if native := "linux/" + configuration.Architecture; e.info.Platform != native {
		return fmt.Errorf("the engine runs %s, and this program, which is the probe as well, is for %s: use its build for %[1]s", e.info.Platform, native)
	}
	e.probe, err = e.load(ctx, engine.Source{Reference: "probe", Image: content})
	return err
}
