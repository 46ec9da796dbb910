package image

import (
	"errors"
	"fmt"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	// maxManifests is how many manifests of an index are read, and maxDepth how
	// many indexes are within each other.
	maxManifests = 256
	maxDepth     = 3
)

// entry is the image of one platform in a source.
type entry struct {
	platform   v1.Platform
	guessed    bool           // neither the index nor the configuration names the platform
	descriptor *v1.Descriptor // nil where no index leads to the image
	open       func() (v1.Image, error)

	// absent is the error of an image that an index names and that is not there.
	absent error
}

// sizeCheck refuses what must not be read: the libraries read manifests whole.
type sizeCheck func(v1.Descriptor) error

// index is an image index of a source.
type index struct {
	v1.ImageIndex
	check sizeCheck
	depth int
}

// entries are the images of the index and of the indexes in it.
func (i index) entries(manifests []v1.Descriptor) ([]entry, error) {
	if i.depth > maxDepth {
		return nil, fmt.Errorf("more than %d indexes within each other", maxDepth)
	}
	if len(manifests) > maxManifests {
		return nil, fmt.Errorf("an index of %d manifests, at most %d are read", len(manifests), maxManifests)
	}
	var entries []entry
	for _, descriptor := range manifests {
		more, err := i.entriesAt(descriptor)
		if err != nil {
			return nil, fmt.Errorf("manifest %s: %w", descriptor.Digest, err)
		}
		if entries = append(entries, more...); len(entries) > maxManifests {
			return nil, fmt.Errorf("more than %d images", maxManifests)
		}
	}
	return entries, nil
}

func (i index) entriesAt(descriptor v1.Descriptor) ([]entry, error) {
	switch {
	case descriptor.MediaType.IsIndex():
		if err := i.check(descriptor); err != nil {
			return nil, err
		}
		child, err := i.ImageIndex.ImageIndex(descriptor.Digest)
		if err != nil {
			return nil, err
		}
		manifest, err := indexManifest(child, descriptor.Digest)
		if err != nil {
			return nil, err
		}
		return index{child, i.check, i.depth + 1}.entries(manifest.Manifests)
	case descriptor.MediaType.IsImage() && !isAttachment(descriptor):
		return entriesOf(&descriptor, i.check, func() (v1.Image, error) {
			if err := i.check(descriptor); err != nil {
				return nil, err
			}
			return i.Image(descriptor.Digest)
		})
	default:
		return nil, nil
	}
}

// entriesOf asks the image for its platform when the index does not name it. It
// returns nothing for a manifest that is no image of a container.
func entriesOf(descriptor *v1.Descriptor, check sizeCheck, open func() (v1.Image, error)) ([]entry, error) {
	next := entry{descriptor: descriptor, open: open}
	if descriptor != nil && descriptor.Platform != nil {
		next.platform = *descriptor.Platform
	}
	if descriptor != nil {
		if next.absent = check(*descriptor); !errors.Is(next.absent, fs.ErrNotExist) {
			next.absent = nil
		}
	}
	if next.platform.OS != "" && next.platform.Architecture != "" || next.absent != nil {
		return []entry{next}, nil
	}
	image, err := open()
	if err != nil {
		return nil, err
	}
	config, err := configOf(image, descriptor, check)
	if err != nil || config == nil {
		return nil, err
	}
	if next.platform.OS == "" && next.platform.Architecture == "" {
		next.platform = platformOf(config)
	}
	return []entry{next}, nil
}

// platformOf is empty where the configuration names neither an operating system nor an
// architecture, of which go-containerregistry makes nil.
func platformOf(config *v1.ConfigFile) v1.Platform {
	if platform := config.Platform(); platform != nil {
		return *platform
	}
	return v1.Platform{}
}
