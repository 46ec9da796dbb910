package verification_test

import (
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	memory "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/dist"
	"github.com/podsandbox/pause/images/registry"
	"github.com/podsandbox/pause/images/verification"
)

// failed pushes what is built and returns the checks that find against it.
func failed(t *testing.T, built *dist.Publication, skip string) string {
	t.Helper()
	server := httptest.NewServer(memory.New(memory.Logger(log.New(io.Discard, "", 0)), memory.WithReferrersSupport(true)))
	t.Cleanup(server.Close)
	repository, err := registry.Repository(strings.TrimPrefix(server.URL, "http://"), "pause")
	if err != nil {
		t.Fatal(err)
	}
	client, err := registry.New("")
	if err != nil {
		t.Fatal(err)
	}
	pushed, err := registry.Push{Client: client, Repository: repository, Image: built.Index, Referrers: built.Referrers}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published, err := verification.Get(t.Context(), client, name.Reference(pushed.Digest))
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, finding := range published.Verify(t.Context(), skip) {
		if finding.Err != nil {
			failed = append(failed, finding.Check)
			t.Logf("%s: %v", finding.Check, finding.Err)
		}
	}
	return strings.Join(failed, "\n")
}

func TestBuiltImageIsWhatItClaims(t *testing.T) {
	if checks := failed(t, build(t, unchanged), ""); checks != "" {
		t.Errorf("checks failed:\n%s", checks)
	}
}

func TestImageOfAnotherProgramIsRefuted(t *testing.T) {
	built := build(t, func(program []byte) { program[len(program)-1] ^= 1 })
	if checks := failed(t, built, ""); checks != "the revision builds this index again" {
		t.Errorf("checks failed:\n%s", checks)
	}
}

func TestWhatTheImageLacksIsNamed(t *testing.T) {
	built := build(t, unchanged)
	for check, change := range map[string]func() *dist.Publication{
		"SBOM and provenance": func() *dist.Publication {
			return &dist.Publication{Index: built.Index}
		},
		"all platforms": func() *dist.Publication {
			return indexed(t, mutate.RemoveManifests(built.Index, func(listed v1.Descriptor) bool {
				return listed.Platform.Architecture == "s390x"
			}))
		},
		"labels, annotations, user": func() *dist.Publication {
			return changed(t, built.Index, func(image v1.Image) (v1.Image, error) { return mutate.Config(image, v1.Config{User: "0"}) })
		},
		"every image has at most": func() *dist.Publication {
			return changed(t, built.Index, func(image v1.Image) (v1.Image, error) {
				layer, err := random.Layer(4096, "application/vnd.oci.image.layer.v1.tar+gzip")
				if err != nil {
					return nil, err
				}
				return mutate.AppendLayers(image, layer)
			})
		},
	} {
		if checks := failed(t, change(), "quick"); !strings.HasPrefix(checks, check) || strings.Contains(checks, "\n") {
			t.Errorf("want %q to fail alone, failed:\n%s", check, checks)
		}
	}
}

// changed replaces the first image of the index.
func changed(t *testing.T, index v1.ImageIndex, change func(v1.Image) (v1.Image, error)) *dist.Publication {
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
	rest := mutate.RemoveManifests(index, func(listed v1.Descriptor) bool { return listed.Digest == first.Digest })
	return indexed(t, mutate.AppendManifests(rest, mutate.IndexAddendum{
		Add: other, Descriptor: v1.Descriptor{Platform: first.Platform},
	}))
}

// indexed attests the index with nothing but its digest.
func indexed(t *testing.T, index v1.ImageIndex) *dist.Publication {
	t.Helper()
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	built := &dist.Publication{Index: index}
	for _, kind := range attestation.Kinds {
		referrer, err := kind.Referrer([]byte(digest.Hex), index)
		if err != nil {
			t.Fatal(err)
		}
		built.Referrers = append(built.Referrers, referrer)
	}
	return built
}

func TestFindingsArePrintedWithTheirReasons(t *testing.T) {
	var printed strings.Builder
	err := verification.Print(&printed, []verification.Finding{
		{Check: "one"}, {Check: "two", Skipped: "no time"}, {Check: "three", Err: errors.New("a\nb")},
	})
	const want = "ok       one\nskipped  two: no time\nFAILED   three:\n         a\n         b\n"
	if printed.String() != want || !errors.Is(err, verification.ErrRefuted) {
		t.Errorf("error %v, printed:\n%s", err, &printed)
	}
	if err := verification.Print(io.Discard, []verification.Finding{{Check: "one"}}); err != nil {
		t.Error(err)
	}
}
