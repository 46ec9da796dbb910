package images

import (
	"bytes"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// index is an image index whose manifest is kept byte by byte.
type index struct {
	raw    []byte
	images map[v1.Hash]v1.Image
}

func (i index) RawManifest() ([]byte, error) { return i.raw, nil }

func (i index) IndexManifest() (*v1.IndexManifest, error) {
	return v1.ParseIndexManifest(bytes.NewReader(i.raw))
}

func (i index) MediaType() (types.MediaType, error) {
	list, err := i.IndexManifest()
	if err != nil {
		return "", err
	}
	return list.MediaType, nil
}

func (i index) Digest() (v1.Hash, error) { return partial.Digest(i) }

func (i index) Size() (int64, error) { return partial.Size(i) }

func (i index) Image(digest v1.Hash) (v1.Image, error) {
	if image, ok := i.images[digest]; ok {
		return image, nil
	}
	return nil, fmt.Errorf("the index lists no image %s", digest)
}

func (i index) ImageIndex(digest v1.Hash) (v1.ImageIndex, error) {
	return nil, fmt.Errorf("the index lists no index %s", digest)
}

// Blobs returns the content with the digest.
type Blobs func(digest v1.Hash) ([]byte, error)

// read returns content that has the digest, whatever it is kept under.
func (b Blobs) read(digest v1.Hash) ([]byte, error) {
	content, err := b(digest)
	if err != nil {
		return nil, err
	}
	if got, _, err := v1.SHA256(bytes.NewReader(content)); err != nil || got != digest {
		return nil, fmt.Errorf("%s has the digest %s", digest, got)
	}
	return content, nil
}

// Read returns the index with the digest and its images. All of them are read at
// once, and all have the digests that name them.
func Read(blobs Blobs, digest v1.Hash) (v1.ImageIndex, error) {
	raw, err := blobs.read(digest)
	if err != nil {
		return nil, err
	}
	list, err := v1.ParseIndexManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	images := map[v1.Hash]v1.Image{}
	for _, entry := range list.Manifests {
		image, err := readImage(blobs, entry)
		if err != nil {
			return nil, fmt.Errorf("image %s: %w", entry.Digest, err)
		}
		images[entry.Digest] = image
	}
	return index{raw, images}, nil
}

func readImage(blobs Blobs, entry v1.Descriptor) (v1.Image, error) {
	raw, err := blobs.read(entry.Digest)
	if err != nil {
		return nil, err
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	config, err := blobs.read(manifest.Config.Digest)
	if err != nil {
		return nil, err
	}
	layers := map[v1.Hash]v1.Layer{}
	for _, layer := range manifest.Layers {
		content, err := blobs.read(layer.Digest)
		if err != nil {
			return nil, err
		}
		layers[layer.Digest] = static.NewLayer(content, layer.MediaType)
	}
	return partial.CompressedToImage(memoryImage{raw, config, entry.MediaType, layers})
}

// memoryImage is what the library wants to know of an image.
type memoryImage struct {
	manifest, config []byte
	mediaType        types.MediaType
	layers           map[v1.Hash]v1.Layer
}

func (i memoryImage) RawManifest() ([]byte, error)        { return i.manifest, nil }
func (i memoryImage) RawConfigFile() ([]byte, error)      { return i.config, nil }
func (i memoryImage) MediaType() (types.MediaType, error) { return i.mediaType, nil }
func (i memoryImage) LayerByDigest(digest v1.Hash) (partial.CompressedLayer, error) {
	if layer, ok := i.layers[digest]; ok {
		return layer, nil
	}
	return nil, fmt.Errorf("the image has no layer %s", digest)
}
