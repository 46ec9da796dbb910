package verification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/podsandbox/pause/images/attestation"
)

// readAttestations returns, of every kind, the contents that are attached to the
// index and name it: others may attach theirs beside those of the build. Its
// error names the kinds that are missing or of something else.
func (p *Published) readAttestations(ctx context.Context) (map[attestation.Kind][][]byte, error) {
	referrers, err := p.Client.Referrers(ctx, p.Digest)
	if err != nil {
		return nil, err
	}
	listed, err := referrers.IndexManifest()
	if err != nil {
		return nil, err
	}
	// Registries differ in the artifact types that they list: the artifacts
	// themselves say what they are.
	attested, others := map[attestation.Kind][][]byte{}, map[attestation.Kind]bool{}
	_, digest, _ := strings.Cut(p.Digest.DigestStr(), ":")
	var unread []error
	for _, descriptor := range listed.Manifests {
		kind, content, err := p.readArtifact(ctx, descriptor.Digest)
		switch answer := new(transport.Error); {
		case errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound:
			// Where the list is a tag, it may outlive what it lists.
		case err != nil:
			unread = append(unread, err)
		case bytes.Contains(content, []byte(digest)):
			attested[kind] = append(attested[kind], content)
		default:
			others[kind] = true
		}
	}
	var violations []error
	for _, kind := range attestation.Kinds {
		switch {
		case attested[kind] != nil:
		case unread != nil:
			return attested, errors.Join(unread...)
		case others[kind]:
			violations = append(violations, refute("%s is of another index", kind.FileName))
		default:
			violations = append(violations, refute("no %s (%s) is attached", kind.FileName, kind.MediaType))
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
			if err != nil {
				err = fmt.Errorf("read %s %s: %w; repeat this when that is mended", kind.FileName, digest, err)
			}
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
