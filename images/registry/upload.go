package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images/crash"
	"github.com/podsandbox/pause/images/transport"
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
}

// manifest is what an image and an index have in common.
type manifest interface {
	remote.Taggable
	partial.Describable
}

// open returns the image or index that the item is.
func open(item remote.Taggable) (manifest, error) {
	switch item := item.(type) {
	case *remote.Descriptor:
		if item.MediaType.IsIndex() {
			return item.ImageIndex()
		}
		return item.Image()
	case manifest:
		return item, nil
	}
	return nil, fmt.Errorf("%T is neither an image nor an index", item)
}

// write uploads the item with all that it is made of, and returns whether the
// registry itself lists it among the referrers of its subject.
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
	reference := u.repository.Digest(digest.String())
	switch object := object.(type) {
	case v1.ImageIndex:
		if err := u.writeChildren(ctx, object, depth); err != nil {
			return false, err
		}
	case v1.Image:
		if err := checkSizes(object); err != nil {
			return false, fmt.Errorf("image %s: %w", digest, err)
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
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var uploads sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, descriptor := range list.Manifests {
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

// childOf returns an image or index that an index lists.
func childOf(index v1.ImageIndex, descriptor v1.Descriptor) (manifest, error) {
	kind := descriptor.MediaType
	if plain, _, err := mime.ParseMediaType(string(kind)); err == nil {
		kind = types.MediaType(plain)
	}
	switch {
	case kind.IsImage():
		return index.Image(descriptor.Digest)
	case kind.IsIndex():
		return index.ImageIndex(descriptor.Digest)
	}
	return nil, fmt.Errorf("the index lists %s as %q, which is no media type of an image or an index", descriptor.Digest, kind)
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

// checkSizes refuses what would be held in memory and is too large, and sizes that
// the library takes for unknown.
func checkSizes(image v1.Image) error {
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	if size := manifest.Config.Size; size < 0 || size > transport.MaxDocument {
		return fmt.Errorf("its configuration has %d bytes, at most %d are read", size, transport.MaxDocument)
	}
	for _, layer := range manifest.Layers {
		if layer.Size < 0 {
			return errors.New("a layer has a negative size")
		}
	}
	return nil
}

// subjectOf returns what the manifest refers to, or nil.
func subjectOf(item remote.Taggable) (*v1.Descriptor, error) {
	raw, err := item.RawManifest()
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Subject *v1.Descriptor `json:"subject"`
	}
	err = json.Unmarshal(raw, &manifest)
	return manifest.Subject, err
}
