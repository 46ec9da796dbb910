package bundle

import (
	"encoding/json"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images"
)

// indexLayout returns the files of the OCI layout of an index under a name.
func indexLayout(tag name.Tag, index v1.ImageIndex) (files, error) {
	list, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	layout := files{}
	for _, entry := range list.Manifests {
		image, err := index.Image(entry.Digest)
		if err != nil {
			return nil, err
		}
		if err := layout.addImage(image); err != nil {
			return nil, err
		}
	}
	raw, err := index.RawManifest()
	if err != nil {
		return nil, err
	}
	digest, err := index.Digest()
	if err != nil {
		return nil, err
	}
	layout[blob(digest)] = raw
	return layout, layout.addRoot(v1.Descriptor{
		MediaType: list.MediaType, Digest: digest, Size: int64(len(raw)), Annotations: annotations(tag),
	})
}

// imageLayout returns the files of the OCI layout of an image under a name.
func imageLayout(tag name.Tag, image v1.Image) (files, error) {
	layout := files{}
	if err := layout.addImage(image); err != nil {
		return nil, err
	}
	entry, err := images.Entry(image)
	if err != nil {
		return nil, err
	}
	entry.Annotations = annotations(tag)
	return layout, layout.addRoot(entry)
}

// addRoot adds the two files that make a directory an OCI layout.
func (f files) addRoot(entry v1.Descriptor) error {
	f["oci-layout"] = []byte(`{"imageLayoutVersion":"1.0.0"}` + "\n")
	var err error
	f["index.json"], err = json.MarshalIndent(v1.IndexManifest{
		SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{entry},
	}, "", "  ")
	return err
}

func (f files) addImage(image v1.Image) error {
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if f[blob(digest)], err = image.RawManifest(); err != nil {
		return err
	}
	if f[blob(manifest.Config.Digest)], err = image.RawConfigFile(); err != nil {
		return err
	}
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	for i, layer := range layers {
		content, err := layer.Compressed()
		if err != nil {
			return err
		}
		f[blob(manifest.Layers[i].Digest)], err = io.ReadAll(content)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func blob(digest v1.Hash) string {
	return "blobs/" + digest.Algorithm + "/" + digest.Hex
}
