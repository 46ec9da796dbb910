package dist

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/podsandbox/pause/images/archive"
	"github.com/podsandbox/pause/images/attestation"
)

// Publication is what a registry gets of a build.
type Publication struct {
	Tag   name.Tag
	Index v1.ImageIndex

	// Referrers attest Index.
	Referrers []v1.Image
}

// Open reads what Write has written to dir.
func Open(dir string) (*Publication, error) {
	if _, err := os.Stat(filepath.Join(dir, checksums)); err != nil {
		return nil, fmt.Errorf("%s holds no complete build: %w; run make", dir, err)
	}
	built, err := open(dir)
	if err != nil {
		return nil, fmt.Errorf("read the build in %s: %w; run make again", dir, err)
	}
	return built, nil
}

func open(dir string) (*Publication, error) {
	root, err := layout.ImageIndexFromPath(filepath.Join(dir, "oci"))
	if err != nil {
		return nil, err
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("oci/index.json lists %d images, want one index", len(manifest.Manifests))
	}
	listed := manifest.Manifests[0]
	tag, err := name.NewTag(listed.Annotations[archive.NameKey])
	if err != nil {
		return nil, err
	}
	index, err := root.ImageIndex(listed.Digest)
	if err != nil {
		return nil, err
	}
	referrers, err := readReferrers(dir, index)
	return &Publication{tag, index, referrers}, err
}

func readReferrers(dir string, index v1.ImageIndex) ([]v1.Image, error) {
	var referrers []v1.Image
	for _, kind := range attestation.Kinds {
		content, err := os.ReadFile(filepath.Join(dir, kind.FileName))
		if err != nil {
			return nil, err
		}
		referrer, err := kind.Referrer(content, index)
		if err != nil {
			return nil, err
		}
		referrers = append(referrers, referrer)
	}
	return referrers, nil
}
