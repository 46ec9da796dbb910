package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images/transport"
)

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

// maxEntries is how many images an index may list. Each of them is asked for.
const maxEntries = 1000

// distinct returns the entries of an index, each digest once: indexes that list each
// other many times over would have no end.
func distinct(entries []v1.Descriptor) ([]v1.Descriptor, error) {
	all := merge(entries)
	if len(all) > maxEntries {
		return nil, fmt.Errorf("the index lists %d images, at most %d are copied", len(all), maxEntries)
	}
	return all, nil
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
