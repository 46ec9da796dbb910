package images

import (
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/pause/freestanding"
)

// MaxSize is the most that a node transfers for the pause image of its platform, in
// bytes.
const MaxSize = 4096

// Index returns the image index of all programs, in their order. Its error
// names every image that is larger than its product may be.
func Index(release Release, programs []freestanding.Program) (v1.ImageIndex, error) {
	list := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Annotations: release.Annotations()}
	images := map[v1.Hash]v1.Image{}
	var violations []error
	for _, program := range programs {
		image, err := Image(release, program)
		if err != nil {
			return nil, err
		}
		size, err := Size(image)
		if err != nil {
			return nil, err
		}
		if most := release.ProductOrPause().MaxSize; size > most {
			violations = append(violations, fmt.Errorf(
				"image for %s: manifest, config and layer have %d bytes, at most %d are published; shorten its program or its annotations",
				program.Platform, size, most))
		}
		entry, err := Entry(image)
		if err != nil {
			return nil, err
		}
		list.Manifests = append(list.Manifests, entry)
		images[entry.Digest] = image
	}
	result, err := newIndex(list, images)
	return result, errors.Join(append(violations, err)...)
}

// Entry returns the descriptor of an image in an index. The library's own has the
// media type of the configuration as its artifactType, and tools that list
// artifacts show it as one.
func Entry(image v1.Image) (v1.Descriptor, error) {
	var entry v1.Descriptor
	config, err := image.ConfigFile()
	if err != nil {
		return entry, err
	}
	entry.Platform = config.Platform()
	if entry.MediaType, err = image.MediaType(); err != nil {
		return entry, err
	}
	if entry.Digest, err = image.Digest(); err != nil {
		return entry, err
	}
	entry.Size, err = image.Size()
	return entry, err
}

// Size is what a node transfers for the image, in bytes: its manifest, its
// config and its compressed layers.
func Size(image v1.Image) (int64, error) {
	size, err := image.Size()
	if err != nil {
		return 0, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return 0, err
	}
	size += manifest.Config.Size
	for _, layer := range manifest.Layers {
		size += layer.Size
	}
	return size, nil
}

func newIndex(list v1.IndexManifest, images map[v1.Hash]v1.Image) (v1.ImageIndex, error) {
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return index{raw, images}, nil
}
