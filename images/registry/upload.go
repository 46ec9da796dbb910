package registry

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/podsandbox/pause/images/crash"
)

const (
	// parallel is how many images are uploaded at once.
	parallel = 4

	// maxDepth is how deep indexes in indexes may lie: a list that holds itself has
	// no end.
	maxDepth = 4
)

// upload writes manifests by digest, each after what it is made of.
type upload struct {
	client     *Client
	pusher     *remote.Pusher
	repository name.Repository

	// writes are the manifests of this upload, each by its digest.
	writes *sync.Map
}

// write uploads the item with all that it is made of, once however often indexes list
// it, and returns whether the registry itself lists it among the referrers of its
// subject.
func (u upload) write(ctx context.Context, item remote.Taggable, depth int) (inList bool, err error) {
	defer crash.Recover(&err) // It runs in goroutines of its own.
	object, err := open(item)
	if err != nil {
		return false, err
	}
	digest, err := object.Digest()
	if err != nil {
		return false, err
	}
	once, _ := u.writes.LoadOrStore(digest, sync.OnceValues(func() (bool, error) {
		return u.writeOnce(ctx, object, u.repository.Digest(digest.String()), depth)
	}))
	return once.(func() (bool, error))()
}

func (u upload) writeOnce(ctx context.Context, object manifest, reference name.Digest, depth int) (inList bool, err error) {
	switch object := object.(type) {
	case v1.ImageIndex:
		if err := u.writeChildren(ctx, object, depth); err != nil {
			return false, err
		}
	case v1.Image:
		if err := checkSizes(object); err != nil {
			return false, fmt.Errorf("image %s: %w", reference.DigestStr(), err)
		}
		if subject, err := subjectOf(object); err != nil {
			return false, err
		} else if subject == nil {
			return false, u.pusher.Push(ctx, reference, object)
		}
		if err := u.writeBlobs(ctx, object); err != nil {
			return false, err
		}
	}
	raw, err := object.RawManifest()
	if err != nil {
		return false, err
	}
	mediaType, err := object.MediaType()
	if err != nil {
		return false, err
	}
	return u.client.putManifest(ctx, reference, mediaType, raw)
}

// writeChildren makes sure of every image of the index, also where the index itself
// is in the registry already: an earlier copy may have left some out.
func (u upload) writeChildren(ctx context.Context, index v1.ImageIndex, depth int) error {
	if depth == maxDepth {
		return fmt.Errorf("indexes lie more than %d deep", maxDepth)
	}
	list, err := index.IndexManifest()
	if err != nil {
		return err
	}
	entries, err := distinct(list.Manifests)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var uploads sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, descriptor := range entries {
		if ctx.Err() != nil {
			break
		}
		child, err := childOf(index, descriptor)
		if err != nil {
			stop(err)
			break
		}
		slots <- struct{}{}
		uploads.Go(func() {
			defer func() { <-slots }()
			if _, err := u.write(ctx, child, depth+1); err != nil {
				stop(err)
			}
		})
	}
	uploads.Wait()
	return context.Cause(ctx)
}

// writeBlobs uploads what an image is made of, without its manifest: the library
// writes the list of a subject anew for every manifest, which a registry with tags
// that cannot be set again refuses.
func (u upload) writeBlobs(ctx context.Context, image v1.Image) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	config, err := partial.ConfigLayer(image)
	if err != nil {
		return err
	}
	for _, layer := range append(layers, config) {
		if err := u.pusher.Upload(ctx, u.repository, layer); err != nil {
			return err
		}
	}
	return nil
}
