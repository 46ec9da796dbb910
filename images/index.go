package images

import (
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/pause/freestanding"
)

// MaxSize is the most that a node transfers for the image of its platform, in
// bytes.
const MaxSize = 4096

// Index returns the image index of all programs, in their order. Its error
// names every image that is larger than MaxSize.
func Index(release Release, programs []freestanding.Program) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
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
		if size > MaxSize {
			violations = append(violations, fmt.Errorf(
				"image for %s: manifest, config and layer have %d bytes, at most %d are published; shorten its program or its annotations",
				program.Platform, size, MaxSize))
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: platformOf(program)},
		})
	}
	annotated := mutate.Annotations(index, release.Annotations()).(v1.ImageIndex)
	return annotated, errors.Join(violations...)
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

func platformOf(program freestanding.Program) *v1.Platform {
	return &v1.Platform{
		OS:           program.Platform.OS,
		Architecture: program.Platform.Architecture,
		Variant:      program.Platform.Variant,
	}
}
