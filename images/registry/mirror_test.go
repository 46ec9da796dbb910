package registry_test

import (
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/registry"
)

func TestMirroredImageIsKeptBitForBit(t *testing.T) {
	source := release(t, inMemory(t, unwrapped), "1.2.3")
	from := pushed(t, source).Digest
	for _, reference := range []name.Digest{from, childOf(t, source)} {
		image, err := source.Client.Get(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		mirror := release(t, debian(t, "", "", ""), "1.2.3")
		mirror.Image = image
		if got := pushed(t, mirror).Digest.DigestStr(); got != reference.DigestStr() {
			t.Errorf("mirrored as %s, want %s", got, reference)
		}
		copied, err := mirror.Client.Get(t.Context(), mirror.Repository.Tag("latest"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(copied.Manifest, image.Manifest) || copied.MediaType != image.MediaType {
			t.Errorf("%s %s, want %s %s", copied.MediaType, copied.Manifest, image.MediaType, image.Manifest)
		}
	}
}

// childOf is the first image of a pushed index. It is of docker's media types.
func childOf(t *testing.T, push registry.Push) name.Digest {
	t.Helper()
	manifest, err := push.Image.(v1.ImageIndex).IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	return push.Repository.Digest(manifest.Manifests[0].Digest.String())
}
