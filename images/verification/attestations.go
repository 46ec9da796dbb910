package verification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images/attestation"
)

// maxAttestation is the size, in bytes, of the largest attestation that is read.
// A build's own have some 20 KiB.
const maxAttestation = 4 << 20

// readAttestations returns, of every kind, the contents that are attached to the
// index and say to be made by its build: others may attach theirs beside those. A
// kind that is missing says nothing of the image, which may have been copied without
// it: that is an error, and no refutation.
func (p *Image) readAttestations(ctx context.Context) (map[attestation.Kind][][]byte, error) {
	referrers, err := p.Client.Referrers(ctx, p.Digest.Context().Digest(p.own.String()))
	if err != nil {
		return nil, err
	}
	contents := map[attestation.Kind][][]byte{}
	others := map[attestation.Kind]bool{}
	var failures []error
	for i, descriptor := range referrers {
		if !mayAttest(descriptor) {
			continue
		}
		p.Client.Show("read attestation %d of %d", i+1, len(referrers))
		kind, content, err := p.readArtifact(ctx, descriptor.Digest)
		switch answer := new(transport.Error); {
		case errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound:
			// Where the list is a tag, it may outlive what it lists.
		case err != nil:
			failures = append(failures, err)
		case kind.Names(content, p.own):
			contents[kind] = append(contents[kind], content)
		default:
			others[kind] = true
		}
	}
	p.Client.Show("")
	var missing []error
	for _, kind := range attestation.Kinds {
		switch {
		case contents[kind] != nil:
		case failures != nil:
			return contents, errors.Join(failures...)
		case others[kind]:
			missing = append(missing, fmt.Errorf("no attached %s is of this index by its build; attach the build's own, or look where it was pushed", kind.FileName))
		default:
			missing = append(missing, fmt.Errorf("no %s (%s) is attached; attach it, or look where the image was pushed", kind.FileName, kind.MediaType))
		}
	}
	return contents, errors.Join(missing...)
}

// mayAttest tells whether the artifact may be of one of the kinds. Some registries
// list the media type of the configuration as the type of the artifact, or none.
func mayAttest(descriptor v1.Descriptor) bool {
	switch descriptor.ArtifactType {
	case "", "application/vnd.oci.empty.v1+json", string(types.OCIConfigJSON), string(types.DockerConfigJSON):
		return true
	}
	return slices.ContainsFunc(attestation.Kinds, func(kind attestation.Kind) bool { return kind.MediaType == descriptor.ArtifactType })
}

// readArtifact returns the kind and content of an attestation, or the zero kind
// for artifacts that are none.
func (p *Image) readArtifact(ctx context.Context, digest v1.Hash) (attestation.Kind, []byte, error) {
	var none attestation.Kind
	descriptor, err := p.Client.Get(ctx, p.Digest.Context().Digest(digest.String()))
	if err != nil {
		return none, nil, err
	}
	kind, layer := parseArtifact(descriptor.Manifest)
	if kind == none {
		return none, nil, nil
	}
	if layer.Size < 0 || layer.Size > maxAttestation {
		return none, nil, fmt.Errorf("%s %s has %d bytes, at most %d are read", kind.FileName, digest, layer.Size, maxAttestation)
	}
	artifact, err := descriptor.Image()
	if err != nil {
		return none, nil, err
	}
	content, err := readLayer(artifact, layer.Digest)
	return kind, content, p.Client.Explain(fmt.Sprintf("read %s %s", kind.FileName, digest), p.Digest.Context(), err)
}

// parseArtifact returns the kind of an attestation and its content's descriptor, or
// the zero kind.
func parseArtifact(content []byte) (attestation.Kind, v1.Descriptor) {
	manifest, err := v1.ParseManifest(bytes.NewReader(content))
	if err == nil && len(manifest.Layers) == 1 {
		for _, kind := range attestation.Kinds {
			if kind.MediaType == manifest.ArtifactType {
				return kind, manifest.Layers[0]
			}
		}
	}
	return attestation.Kind{}, v1.Descriptor{}
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
