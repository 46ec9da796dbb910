package image

import (
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/compression"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// loadable returns the image with layers that every engine reads: Docker before 23.0
// does not load zstd, so that nothing else of the image could be judged there.
func loadable(image v1.Image, config *v1.ConfigFile, root *rootfs.Tree) (v1.Image, error) {
	for i, layer := range root.Layers {
		if i >= len(config.RootFS.DiffIDs) || layer.DiffID != config.RootFS.DiffIDs[i] {
			return image, nil // its layers cannot be named, see IMG-DIFF-IDS
		}
	}
	for _, layer := range root.Layers {
		if layer.Compression != compression.None && layer.Compression != compression.Gzip {
			return partial.UncompressedToImage(plainImage{image})
		}
	}
	return image, nil
}

// plainImage is an image without the compression of its layers.
type plainImage struct{ v1.Image }

func (i plainImage) MediaType() (types.MediaType, error) { return types.DockerManifestSchema2, nil }

func (i plainImage) LayerByDiffID(digest v1.Hash) (partial.UncompressedLayer, error) {
	layer, err := i.Image.LayerByDiffID(digest)
	return plainLayer{layer, digest}, err
}

type plainLayer struct {
	v1.Layer
	diffID v1.Hash
}

func (l plainLayer) DiffID() (v1.Hash, error)            { return l.diffID, nil }
func (l plainLayer) MediaType() (types.MediaType, error) { return types.DockerLayer, nil }

func (l plainLayer) Uncompressed() (io.ReadCloser, error) {
	blob, err := l.Compressed()
	if err != nil {
		return nil, err
	}
	content, _, err := compression.Open(blob)
	return content, err
}
