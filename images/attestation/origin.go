package attestation

import (
	"encoding/json"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
)

const (
	// tool begins the name of the tool that makes SBOMs.
	tool = "Tool: pause-image-"

	// builder is the identity in provenances.
	builder = images.Source + "/tree/main/images/cmd/pause-image"
)

// Names tells whether the content says to be made by a build of this project, of the
// index with the digest. Others attach attestations of their own to an image, which
// no build makes again.
func (k Kind) Names(content []byte, index v1.Hash) bool {
	switch k {
	case SBOM:
		var document spdxDocument
		if json.Unmarshal(content, &document) != nil {
			return false
		}
		return slices.ContainsFunc(document.CreationInfo.Creators, func(creator string) bool { return strings.HasPrefix(creator, tool) }) &&
			slices.ContainsFunc(document.Packages, func(entry spdxPackage) bool {
				return slices.Contains(entry.Checksums, spdxChecksum{"SHA256", index.Hex})
			})
	case Provenance:
		var document statement
		if json.Unmarshal(content, &document) != nil {
			return false
		}
		return document.Predicate.RunDetails.Builder.ID == builder &&
			slices.ContainsFunc(document.Subject, func(subject resource) bool { return subject.Digest["sha256"] == index.Hex })
	}
	return false
}
