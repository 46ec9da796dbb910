// Package verification checks a published image against what it claims, down to
// building its revision again.
package verification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/registry"
)

// Image is an image index in a registry, and what its annotations claim.
type Image struct {
	Client *registry.Client
	Digest name.Digest
	Index  v1.ImageIndex

	reference string
	claim     images.Release
	tooLarge  map[v1.Hash]bool

	// manifest is the index without the Windows images of others, and own its digest:
	// that is what a build makes.
	manifest *v1.IndexManifest
	own      v1.Hash
	windows  int
}

// ErrNoIndex is that one image is published, and not the index of a release.
var ErrNoIndex = errors.New("not the index of a release")

// Get reads the index that is published under the reference. Its error is
// ErrNoIndex for one image, or one of the registry's.
func Get(ctx context.Context, client *registry.Client, reference name.Reference) (*Image, error) {
	descriptor, err := client.Get(ctx, reference)
	if err != nil {
		return nil, err
	}
	if !descriptor.MediaType.IsIndex() {
		return nil, fmt.Errorf("%s is one image, %w; verify the index that lists it", reference, ErrNoIndex)
	}
	image := &Image{Client: client, reference: reference.String(), Digest: reference.Context().Digest(descriptor.Digest.String())}
	if image.Index, err = descriptor.ImageIndex(); err != nil {
		return nil, fmt.Errorf("%s: %w", reference, err)
	}
	list, claim, err := parseIndex(descriptor.Manifest)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", reference, err)
	}
	image.claim, image.own = claim, descriptor.Digest
	linux, windows := images.SplitWindows(list)
	if image.manifest, image.windows = linux, len(windows); image.windows > 0 {
		image.own = images.DigestOf(linux)
	}
	for i := range linux.Manifests {
		if linux.Manifests[i].Platform == nil {
			linux.Manifests[i].Platform = &v1.Platform{}
		}
	}
	return image, nil
}

// maxImages is how many images an index of this project may list, which is several
// times its platforms.
const maxImages = 100

// parseIndex reads an index and what its annotations claim.
func parseIndex(content []byte) (*v1.IndexManifest, images.Release, error) {
	manifest, err := v1.ParseIndexManifest(bytes.NewReader(content))
	if err != nil {
		return nil, images.Release{}, err
	}
	if count := len(manifest.Manifests); count > maxImages {
		return nil, images.Release{}, fmt.Errorf("it lists %d images", count)
	}
	release, err := images.ReleaseOf(manifest.Annotations)
	return manifest, release, err
}

// Verify makes all checks. The last builds the revision again from the git
// repository in the working directory, unless skip holds a reason not to.
func (p *Image) Verify(ctx context.Context, skip string) []Finding {
	sizes := p.checkSizes()
	findings := []Finding{
		p.checkTag(),
		{Check: "content has the digests that name it", Err: p.checkContent()},
		{Check: "all platforms, as their configs say", Err: p.checkPlatforms()},
		{Check: fmt.Sprintf("every image has at most %d bytes", p.claim.ProductOrPause().MaxSize), Err: sizes},
		{Check: "labels, annotations, user and entrypoint", Err: p.checkLabels()},
	}
	contents, err := p.readAttestations(ctx)
	if p.windows > 0 {
		findings = append(findings, Finding{Check: "Windows images", SkipReason: fmt.Sprintf("%d of another project are listed beside the build's own", p.windows)})
	}
	findings = append(findings, Finding{Check: "SBOM and provenance of this index", Err: err})
	rebuild := Finding{Check: "the revision builds this index again", SkipReason: skip}
	if skip == "" {
		rebuild.Err = p.rebuild(ctx, contents)
	}
	return append(findings, rebuild)
}

var releaseForm = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+$`)

// checkTag compares the version with the tag of a release. Tags of other forms,
// such as latest, do not name a version.
func (p *Image) checkTag() Finding {
	finding := Finding{Check: fmt.Sprintf("the tag is that of version %q", p.claim.Version)}
	// A tag that stands before a digest is one to compare, too.
	text, _, _ := strings.Cut(p.reference, "@")
	tag, err := name.NewTag(text)
	switch {
	case err != nil || !releaseForm.MatchString(tag.TagStr()):
		finding.SkipReason = p.reference + " has no tag of a release"
	case strings.TrimPrefix(tag.TagStr(), "v") != strings.TrimPrefix(p.claim.Version, "v"):
		finding.Err = refute("the tag is %s", tag.TagStr())
	}
	return finding
}
