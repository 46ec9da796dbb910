package images_test

import (
	"errors"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

// upstream has one Linux image and one Windows image per version of the system, as
// the index of registry.k8s.io/pause has since 3.4.1.
func upstream(t *testing.T, versions ...string) v1.ImageIndex {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	platforms := []v1.Platform{{OS: "linux", Architecture: "amd64"}}
	for _, version := range versions {
		platforms = append(platforms, v1.Platform{OS: "windows", Architecture: "amd64", OSVersion: version})
	}
	for _, platform := range platforms {
		image, err := random.Image(64, 1)
		if err != nil {
			t.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return index
}

func own(t *testing.T) v1.ImageIndex {
	t.Helper()
	index, err := images.Index(release, []freestanding.Program{{Platform: freestanding.Platforms[0], Bytes: []byte("a program")}})
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func manifestOf(t *testing.T, index v1.ImageIndex) *v1.IndexManifest {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	return manifest
}

func TestWindowsImagesOfEveryVersionAreAddedToTheIndex(t *testing.T) {
	base, other := own(t), upstream(t, "10.0.17763.6532", "10.0.20348.2849")
	union, err := images.AddWindows(base, other)
	if err != nil {
		t.Fatal(err)
	}
	list := manifestOf(t, union)
	var got []string
	for _, entry := range list.Manifests {
		got = append(got, entry.Platform.String())
		if image, err := union.Image(entry.Digest); err != nil {
			t.Error(err)
		} else if digest, err := image.Digest(); err != nil || digest != entry.Digest {
			t.Errorf("image %s for %s, error %v", digest, entry.Digest, err)
		}
	}
	if len(got) != 3 || got[1] != "windows/amd64:10.0.17763.6532" || got[2] != "windows/amd64:10.0.20348.2849" {
		t.Errorf("platforms %q", got)
	}
	without, entries := images.SplitWindows(list)
	if digest := digestOf(t, base); len(entries) != 2 || images.DigestOf(without) != digest {
		t.Errorf("%d Windows entries, the rest is %s, want the index %s", len(entries), images.DigestOf(without), digest)
	}
}

func digestOf(t *testing.T, index v1.ImageIndex) v1.Hash {
	t.Helper()
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestIndexWithoutWindowsImagesHasNoneToAdd(t *testing.T) {
	if _, err := images.AddWindows(own(t), upstream(t)); !errors.Is(err, images.ErrWindows) {
		t.Errorf("error %v of an index without any", err)
	}
	mixed := upstream(t, "10.0.17763.6532")
	if _, err := images.AddWindows(mixed, mixed); !errors.Is(err, images.ErrWindows) {
		t.Errorf("error %v of an index that has some", err)
	}
}

// crane and others list an entry with an artifactType as an artifact, not as an
// image of a platform.
func TestIndexEntriesAreNoArtifacts(t *testing.T) {
	for _, entry := range manifestOf(t, own(t)).Manifests {
		if entry.ArtifactType != "" || entry.Platform == nil {
			t.Errorf("entry %+v", entry)
		}
	}
}
