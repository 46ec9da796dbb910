package image

import (
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// maxManifests is how many manifests of an index are read, and maxDepth how
	// many indexes are within each other.
	maxManifests = 256
	maxDepth     = 3

	// attestationKey marks the manifests that buildx adds to an index for
	// provenance and bills of materials.
	attestationKey = "vnd.docker.reference.type"
)

// entry is the image of one platform in a source.
type entry struct {
	platform   v1.Platform
	descriptor *v1.Descriptor // nil where no index leads to the image
	open       func() (v1.Image, error)
}

// admit refuses what must not be read: the libraries read manifests whole.
type admit func(v1.Descriptor) error

// entriesOf are the images of an index and of the indexes in it.
func entriesOf(index v1.ImageIndex, manifests []v1.Descriptor, admit admit, depth int) ([]entry, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d indexes within each other", maxDepth)
	}
	if len(manifests) > maxManifests {
		return nil, fmt.Errorf("an index of %d manifests, at most %d are read", len(manifests), maxManifests)
	}
	var entries []entry
	for _, descriptor := range manifests {
		more, err := entriesAt(index, descriptor, admit, depth)
		if err != nil {
			return nil, fmt.Errorf("manifest %s: %w", descriptor.Digest, err)
		}
		if entries = append(entries, more...); len(entries) > maxManifests {
			return nil, fmt.Errorf("more than %d images", maxManifests)
		}
	}
	return entries, nil
}

func entriesAt(index v1.ImageIndex, descriptor v1.Descriptor, admit admit, depth int) ([]entry, error) {
	switch {
	case descriptor.MediaType.IsIndex():
		if err := admit(descriptor); err != nil {
			return nil, err
		}
		nested, err := index.ImageIndex(descriptor.Digest)
		if err != nil {
			return nil, err
		}
		manifest, err := indexManifest(nested, descriptor.Digest)
		if err != nil {
			return nil, err
		}
		return entriesOf(nested, manifest.Manifests, admit, depth+1)
	case descriptor.MediaType.IsImage() && !isAttachment(descriptor):
		return entryOf(&descriptor, admit, func() (v1.Image, error) {
			if err := admit(descriptor); err != nil {
				return nil, err
			}
			return index.Image(descriptor.Digest)
		})
	default:
		return nil, nil
	}
}

// entryOf asks the image for its platform when the index does not tell it. It
// returns nothing for a manifest that is no image of a container.
func entryOf(descriptor *v1.Descriptor, admit admit, open func() (v1.Image, error)) ([]entry, error) {
	if descriptor != nil && descriptor.Platform != nil {
		return []entry{{*descriptor.Platform, descriptor, open}}, nil
	}
	image, err := open()
	if err != nil {
		return nil, err
	}
	config, err := configOf(image, descriptor, admit)
	if err != nil || config == nil {
		return nil, err
	}
	return []entry{{*config.Platform(), descriptor, open}}, nil
}

func isAttachment(descriptor v1.Descriptor) bool {
	unknown := v1.Platform{OS: "unknown", Architecture: "unknown"}
	// go-containerregistry says of an image in an index that it is an artifact, of
	// the type of its configuration.
	artifact := descriptor.ArtifactType != "" && !isConfig(types.MediaType(descriptor.ArtifactType))
	return descriptor.Annotations[attestationKey] != "" || artifact ||
		descriptor.Platform != nil && same(*descriptor.Platform, unknown)
}

func isConfig(mediaType types.MediaType) bool {
	return mediaType == types.OCIConfigJSON || mediaType == types.DockerConfigJSON
}
