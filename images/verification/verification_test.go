package verification_test

import (
	"errors"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/verification"
)

// failures pushes the publication and returns the names of the checks that fail.
func failures(t *testing.T, publication *bundle.Publication, skip string) string {
	t.Helper()
	return against(t, publish(t, publication, plain).Verify(t.Context(), skip))
}

// against returns the checks that find against the image, and logs all that are
// not passed.
func against(t *testing.T, findings []verification.Finding) string {
	t.Helper()
	var checks []string
	for _, finding := range findings {
		if errors.Is(finding.Err, verification.ErrRefuted) {
			checks = append(checks, finding.Check)
		}
		if finding.Err != nil {
			t.Logf("%s: %v", finding.Check, finding.Err)
		}
	}
	return strings.Join(checks, "\n")
}

func TestBuiltImageIsWhatItClaimsInEveryDirectoryOfTheClone(t *testing.T) {
	publication := build(t, noChange)
	for _, dir := range []string{".", "images/bundle"} {
		t.Chdir(dir)
		if err := verification.Print(t.Output(), publish(t, publication, plain).Verify(t.Context(), "")); err != nil {
			t.Errorf("in %s: %v", dir, err)
		}
	}
}

func TestImageOfAnotherProgramIsRefuted(t *testing.T) {
	publication := build(t, func(program []byte) { program[len(program)-1] ^= 1 })
	if checks := failures(t, publication, ""); checks != "the revision builds this index again" {
		t.Errorf("checks failed:\n%s", checks)
	}
}

func TestWhatTheImageLacksIsNamed(t *testing.T) {
	publication := build(t, noChange)
	for check, change := range map[string]func() *bundle.Publication{
		"all platforms": func() *bundle.Publication {
			return attest(t, mutate.RemoveManifests(publication.Index, func(entry v1.Descriptor) bool {
				return entry.Platform.Architecture == "s390x"
			}))
		},
		"all platforms, as": func() *bundle.Publication {
			return changeFirst(t, publication.Index, func(image v1.Image) (v1.Image, error) {
				config, err := image.ConfigFile()
				if err != nil {
					return nil, err
				}
				config = config.DeepCopy()
				config.OS, config.Architecture = "", ""
				changeFirst, err := mutate.ConfigFile(image, config)
				return mutate.Annotations(changeFirst, annotationsOf(t, image)).(v1.Image), err
			})
		},
		"labels, annotations, user": func() *bundle.Publication {
			return changeFirst(t, publication.Index, func(image v1.Image) (v1.Image, error) { return mutate.Config(image, v1.Config{User: "0"}) })
		},
		"every image has at most": func() *bundle.Publication {
			return changeFirst(t, publication.Index, func(image v1.Image) (v1.Image, error) {
				layer, err := random.Layer(4096, "application/vnd.oci.image.layer.v1.tar+gzip")
				if err != nil {
					return nil, err
				}
				return mutate.AppendLayers(image, layer)
			})
		},
	} {
		if checks := failures(t, change(), "quick"); !strings.HasPrefix(checks, check) || strings.Contains(checks, "\n") {
			t.Errorf("want %q to fail alone, failed:\n%s", check, checks)
		}
	}
}

// changeFirst replaces the first image of the index.
func changeFirst(t *testing.T, index v1.ImageIndex, change func(v1.Image) (v1.Image, error)) *bundle.Publication {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	first := manifest.Manifests[0]
	image, err := index.Image(first.Digest)
	if err != nil {
		t.Fatal(err)
	}
	other, err := change(image)
	if err != nil {
		t.Fatal(err)
	}
	rest := mutate.RemoveManifests(index, func(entry v1.Descriptor) bool { return entry.Digest == first.Digest })
	return attest(t, mutate.AppendManifests(rest, mutate.IndexAddendum{
		Add: other, Descriptor: v1.Descriptor{Platform: first.Platform},
	}))
}

// attest attests the index with nothing but its digest.
func attest(t *testing.T, index v1.ImageIndex) *bundle.Publication {
	t.Helper()
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	publication := &bundle.Publication{Index: index}
	for _, kind := range attestation.Kinds {
		referrer, err := kind.Referrer([]byte(digest.Hex), index)
		if err != nil {
			t.Fatal(err)
		}
		publication.Referrers = append(publication.Referrers, referrer)
	}
	return publication
}

func annotationsOf(t *testing.T, image v1.Image) map[string]string {
	t.Helper()
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	return manifest.Annotations
}
