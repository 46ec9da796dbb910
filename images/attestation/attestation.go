// Package attestation describes the content and the build of an image index, and
// attaches these descriptions to it. The same build yields the same bytes.
package attestation

import (
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

// Kind is a format of attestations.
type Kind struct {
	// FileName is its name in dist/.
	FileName string

	// MediaType is that of the file, and the artifact type in registries.
	MediaType string
}

var (
	// SBOM is an SPDX 2.3 document.
	SBOM = Kind{"sbom.spdx.json", "application/spdx+json"}

	// Provenance is an in-toto statement with a SLSA v1 predicate.
	Provenance = Kind{"provenance.intoto.json", "application/vnd.in-toto+json"}

	// Kinds are all that a build makes.
	Kinds = []Kind{SBOM, Provenance}
)

// Build is one build of the image.
type Build struct {
	Release images.Release

	// Programs are in the order of the index, one for each of its images.
	Programs []freestanding.Program

	Index v1.ImageIndex
}

// Attest returns the content of the kind for the subject, as indented JSON.
func (k Kind) Attest(build Build) ([]byte, error) {
	describe := map[Kind]func(Build) (any, error){SBOM: describeContent, Provenance: describeBuild}[k]
	document, err := describe(build)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.FileName, err)
	}
	content, err := json.MarshalIndent(document, "", "  ")
	return append(content, '\n'), err
}

// digests returns the SHA-256 of the index and of each of its images, in
// hexadecimal digits.
func (b Build) digests() (index string, byProgram []string, err error) {
	digest, err := b.Index.Digest()
	if err != nil {
		return "", nil, err
	}
	manifest, err := b.Index.IndexManifest()
	if err != nil {
		return "", nil, err
	}
	for _, image := range manifest.Manifests {
		byProgram = append(byProgram, image.Digest.Hex)
	}
	return digest.Hex, byProgram, nil
}

// sourceURI is where the revision is had, in the form of both formats.
func sourceURI(release images.Release) string {
	if release.Revision == "" {
		return "git+" + images.Source
	}
	return "git+" + images.Source + "@" + release.Revision
}
