package verification

import (
	"bytes"
	"context"
	"errors"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/attestation"
)

// readAttestations returns the content of every kind that is attached to the
// index. Its error names those that are missing or of something else.
func (p *Published) readAttestations(ctx context.Context) (map[attestation.Kind][]byte, error) {
	referrers, err := p.Client.Referrers(ctx, p.Digest)
	if err != nil {
		return nil, err
	}
	listed, err := referrers.IndexManifest()
	if err != nil {
		return nil, err
	}
	// Registries differ in the artifact types that they list, and others may
	// have attached something: the artifacts themselves say what they are.
	attested := map[attestation.Kind][]byte{}
	for _, descriptor := range listed.Manifests {
		kind, content, err := p.readArtifact(ctx, descriptor.Digest)
		if err != nil {
			return nil, err
		}
		attested[kind] = content
	}
	var violations []error
	for _, kind := range attestation.Kinds {
		content, ok := attested[kind]
		if !ok {
			violations = append(violations, refute("no %s (%s) is attached", kind.FileName, kind.MediaType))
			continue
		}
		if digest, err := p.Index.Digest(); err != nil || !bytes.Contains(content, []byte(digest.Hex)) {
			violations = append(violations, refute("%s is of another index", kind.FileName))
		}
	}
	return attested, errors.Join(violations...)
}

// readArtifact returns the kind and content of an attestation, or the zero kind
// for artifacts that are none.
func (p *Published) readArtifact(ctx context.Context, digest v1.Hash) (attestation.Kind, []byte, error) {
	var none attestation.Kind
	found, err := p.Client.Get(ctx, p.Digest.Digest(digest.String()))
	if err != nil {
		return none, nil, err
	}
	artifact, err := found.Image()
	if err != nil {
		return none, nil, nil
	}
	manifest, err := artifact.Manifest()
	if err != nil {
		return none, nil, err
	}
	for _, kind := range attestation.Kinds {
		if kind.MediaType == manifest.ArtifactType && len(manifest.Layers) == 1 {
			content, err := readLayer(artifact, manifest.Layers[0].Digest)
			return kind, content, err
		}
	}
	return none, nil, nil
}

func readLayer(artifact v1.Image, digest v1.Hash) ([]byte, error) {
	layer, err := artifact.LayerByDigest(digest)
	if err != nil {
		return nil, err
	}
	content, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return io.ReadAll(content)
}
