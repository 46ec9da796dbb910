package engine

import (
	"context"
	"fmt"
	"io"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// Save writes the engine's image with the reference as an archive.
func (e *Engine) Save(ctx context.Context, reference string, archive io.Writer) error {
	request, done := e.request(ctx, transfer)
	defer done()
	saved, err := e.client.ImageSave(request, []string{reference})
	if err != nil {
		return fmt.Errorf("image %q: the engine does not save it: %w", reference, because(request, err))
	}
	defer saved.Close()
	if _, err := io.Copy(archive, saved); err != nil {
		return fmt.Errorf("image %q: save from the engine: %w", reference, because(request, err))
	}
	return nil
}

// Has tells whether the engine holds an image of the reference.
func (e *Engine) Has(ctx context.Context, reference string) (bool, error) {
	request, done := e.request(ctx, 1)
	defer done()
	_, err := e.client.ImageInspect(request, reference)
	if errdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("image %q: ask the engine: %w", reference, because(request, err))
	}
	return true, nil
}

// Tag returns a name for an image that this run loads; Close removes it.
func (e *Engine) Tag(name string) string {
	return repository + name + ":" + e.owner
}

// Load loads an archive that holds one image, under a name that Tag returned.
func (e *Engine) Load(ctx context.Context, tag string, archive io.Reader) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	request, done := e.request(e.alive, transfer) // as in create
	defer done()
	result, err := e.client.ImageLoad(request, archive, client.ImageLoadWithQuiet(true))
	if err != nil {
		return fmt.Errorf("load the image into the engine: %w", because(request, err))
	}
	defer result.Close()
	answer, err := io.ReadAll(io.LimitReader(result, 64<<10))
	if err != nil {
		return fmt.Errorf("load the image into the engine: %w", because(request, err))
	}
	if loaded, err := e.Has(ctx, tag); err != nil || !loaded {
		return fmt.Errorf("load the image into the engine: it answered %.200q", answer)
	}
	return nil
}
