package attestation

import (
	"bytes"
	"encoding/json"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Referrer returns the OCI 1.1 artifact that attaches an attestation to its
// subject, in the form that the image specification's guidelines for artifacts
// give: an empty config and the content as the one layer.
func (k Kind) Referrer(content []byte, subject partial.Describable) (v1.Image, error) {
	layer := static.NewLayer(content, types.MediaType(k.MediaType))
	describedLayer, err := partial.Descriptor(layer)
	if err != nil {
		return nil, err
	}
	describedSubject, err := partial.Descriptor(subject)
	if err != nil {
		return nil, err
	}
	config, size, err := v1.SHA256(bytes.NewReader(emptyConfig))
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		ArtifactType:  k.MediaType,
		Config:        v1.Descriptor{MediaType: "application/vnd.oci.empty.v1+json", Digest: config, Size: size},
		Layers:        []v1.Descriptor{*describedLayer},
		Subject:       describedSubject,
		Annotations:   map[string]string{"org.opencontainers.image.title": k.FileName},
	})
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(artifact{manifest, layer})
}

var emptyConfig = []byte("{}")

// artifact is what the library wants to know of an image, to push it.
type artifact struct {
	manifest []byte
	layer    v1.Layer
}

func (a artifact) RawManifest() ([]byte, error) { return a.manifest, nil }

func (a artifact) RawConfigFile() ([]byte, error) { return emptyConfig, nil }

func (a artifact) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

func (a artifact) LayerByDigest(v1.Hash) (partial.CompressedLayer, error) { return a.layer, nil }
