package image

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

// dockerImage is an image of a docker archive, with a manifest of its layers as they
// are kept. go-containerregistry takes all layers to be compressed like the first.
type dockerImage struct {
	config, manifest []byte
	layers           map[v1.Hash]*dockerLayer
}

type dockerLayer struct {
	archive    *archive
	name       string
	descriptor v1.Descriptor
}

// layerTypes are the media types of layers by their compression. Any other says that it
// is not among those that Docker's engines write.
var layerTypes = map[compression.Format]types.MediaType{
	compression.None: types.DockerUncompressedLayer, compression.Gzip: types.DockerLayer, compression.Zstd: types.OCILayerZStd,
}

func newDockerImage(ctx context.Context, archive *archive, descriptor tarball.Descriptor, most int64) (v1.Image, error) {
	if len(descriptor.Layers) > maxLayers {
		return nil, fmt.Errorf("%d layers, at most %d are read", len(descriptor.Layers), maxLayers)
	}
	config, err := archive.readAll(descriptor.Config)
	if err != nil {
		return nil, err
	}
	digest, size, err := v1.SHA256(bytes.NewReader(config))
	if err != nil {
		return nil, err
	}
	image := &dockerImage{config: config, layers: map[v1.Hash]*dockerLayer{}}
	manifest := v1.Manifest{SchemaVersion: 2, MediaType: types.DockerManifestSchema2,
		Config: v1.Descriptor{MediaType: types.DockerConfigJSON, Digest: digest, Size: size}}
	for _, name := range descriptor.Layers {
		layer, err := archive.layer(ctx, name, most)
		if err != nil {
			return nil, err
		}
		// Many layers may be the same large file.
		if most -= layer.descriptor.Size; most < 0 {
			return nil, errors.New("layers of more bytes together than any sandbox image needs")
		}
		manifest.Layers = append(manifest.Layers, layer.descriptor)
		image.layers[layer.descriptor.Digest] = layer
	}
	if image.manifest, err = json.Marshal(manifest); err != nil {
		return nil, err
	}
	return partial.CompressedToImage(image)
}

// layer reads the layer for its digest.
func (a *archive) layer(ctx context.Context, name string, most int64) (*dockerLayer, error) {
	content, file, err := a.content(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if content.Size() > most {
		return nil, fmt.Errorf("layer %q: layers of more bytes together than any sandbox image needs", name)
	}
	reader := bufio.NewReader(bounded.Reader(ctx, content, content.Size()))
	format, err := compression.Detect(reader)
	if err != nil {
		return nil, err
	}
	digest, size, err := v1.SHA256(reader)
	if err != nil {
		return nil, err
	}
	mediaType := layerTypes[format]
	if mediaType == "" {
		mediaType = types.MediaType("application/vnd.oci.image.layer.v1.tar+" + string(format))
	}
	return &dockerLayer{a, name, v1.Descriptor{MediaType: mediaType, Digest: digest, Size: size}}, nil
}

func (i *dockerImage) RawConfigFile() ([]byte, error)      { return i.config, nil }
func (i *dockerImage) RawManifest() ([]byte, error)        { return i.manifest, nil }
func (i *dockerImage) MediaType() (types.MediaType, error) { return types.DockerManifestSchema2, nil }
func (l *dockerLayer) Digest() (v1.Hash, error)            { return l.descriptor.Digest, nil }
func (l *dockerLayer) Size() (int64, error)                { return l.descriptor.Size, nil }
func (l *dockerLayer) MediaType() (types.MediaType, error) { return l.descriptor.MediaType, nil }

func (i *dockerImage) LayerByDigest(digest v1.Hash) (partial.CompressedLayer, error) {
	layer, ok := i.layers[digest]
	if !ok {
		return nil, fmt.Errorf("no layer %s", digest)
	}
	return layer, nil
}

// Compressed is the layer as the archive keeps it.
func (l *dockerLayer) Compressed() (io.ReadCloser, error) {
	content, file, err := l.archive.content(l.name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{content, file}, nil
}
