// Package verification checks a published image against what it claims, down to
// building its revision again.
package verification

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/registry"
)

// Published is an image index in a registry, and what its annotations claim.
type Published struct {
	Client *registry.Client
	Digest name.Digest
	Index  v1.ImageIndex

	reference string
	claimed   images.Release
	manifest  *v1.IndexManifest
}

// Get reads the index that is published under the reference.
func Get(ctx context.Context, client *registry.Client, reference name.Reference) (*Published, error) {
	found, err := client.Get(ctx, reference)
	if err != nil {
		return nil, err
	}
	published := &Published{Client: client, reference: reference.String(), Digest: reference.Context().Digest(found.Digest.String())}
	if published.Index, err = found.ImageIndex(); err != nil {
		return nil, fmt.Errorf("%s is no image index: %w", reference, err)
	}
	if published.manifest, err = published.Index.IndexManifest(); err != nil {
		return nil, err
	}
	for _, listed := range published.manifest.Manifests {
		if listed.Platform == nil {
			return nil, fmt.Errorf("%s lists %s without a platform", reference, listed.Digest)
		}
	}
	published.claimed, err = images.ReleaseOf(published.manifest.Annotations)
	return published, err
}

// Verify makes all checks. The last builds the revision again from the git
// repository in the working directory, unless skip holds a reason not to.
func (p *Published) Verify(ctx context.Context, skip string) []Finding {
	findings := []Finding{
		p.checkTag(),
		{Check: "content has the digests that name it", Err: p.checkContent()},
		{Check: "all platforms, as their configs say", Err: p.checkPlatforms()},
		{Check: fmt.Sprintf("every image has at most %d bytes", images.MaxSize), Err: p.checkSizes()},
		{Check: "labels, annotations, user and entrypoint", Err: p.checkLabels()},
	}
	attested, err := p.readAttestations(ctx)
	findings = append(findings, Finding{Check: "SBOM and provenance of this index", Err: err})
	rebuilt := Finding{Check: "the revision builds this index again", Skipped: skip}
	if skip == "" {
		rebuilt.Err = p.rebuild(ctx, attested)
	}
	return append(findings, rebuilt)
}

var releaseForm = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+$`)

// checkTag compares the version with the tag of a release. Tags of other forms,
// such as latest, do not name a version.
func (p *Published) checkTag() Finding {
	finding := Finding{Check: fmt.Sprintf("the tag is that of version %q", p.claimed.Version)}
	// A tag that stands before a digest is one to compare, too.
	tagged, _, _ := strings.Cut(p.reference, "@")
	tag, err := name.NewTag(tagged)
	switch {
	case err != nil || !releaseForm.MatchString(tag.TagStr()):
		finding.Skipped = p.reference + " has no tag of a release"
	case strings.TrimPrefix(tag.TagStr(), "v") != strings.TrimPrefix(p.claimed.Version, "v"):
		finding.Err = refute("the tag is %s", tag.TagStr())
	}
	return finding
}
