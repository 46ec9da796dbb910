package verification_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/printable"
	"github.com/podsandbox/pause/images/verification"
)

// sequence is what a terminal and the log of a workflow obey.
const sequence = "\x1b]0;title\x07\r\n::error::no"

func TestTextOfTheImageIsPrintedSafely(t *testing.T) {
	publication := build(t, noChange)
	claims := map[string]string{images.CreatedKey: "2026-01-01T00:00:00Z", images.VersionKey: sequence, images.RevisionKey: sequence}
	hostile := mutate.Annotations(changeFirst(t, publication.Index, func(image v1.Image) (v1.Image, error) {
		return mutate.Config(mutate.Annotations(image, claims).(v1.Image), v1.Config{User: sequence, Labels: map[string]string{sequence: sequence}})
	}).Index, claims).(v1.ImageIndex)
	var text strings.Builder
	err := verification.Print(&text, publish(t, &bundle.Publication{Index: hostile}, plain).Verify(t.Context(), ""))
	if !errors.Is(err, verification.ErrRefuted) || printable.Lines(text.String()) != text.String() {
		t.Errorf("error %v, printed:\n%q", err, text.String())
	}
}

// An artifact that says to be of 3 GB is refused by what it says.
func TestWhatIsTooLargeIsNotRead(t *testing.T) {
	publication := build(t, noChange)
	large := changeFirst(t, publication.Index, func(image v1.Image) (v1.Image, error) {
		layer, err := random.Layer(5<<20, "application/vnd.oci.image.layer.v1.tar+gzip")
		if err != nil {
			return nil, err
		}
		return mutate.AppendLayers(image, layer)
	})
	large.Referrers = []v1.Image{referrer(t, large, attestation.SBOM, strings.Repeat(" ", 5<<20)), large.Referrers[1]}
	var count atomic.Int64
	image := publish(t, large, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/") {
				w = counter{w, &count}
			}
			next.ServeHTTP(w, r)
		})
	})
	findings := image.Verify(t.Context(), "quick")
	if checks := against(t, findings); checks != fmt.Sprintf("every image has at most %d bytes", images.MaxSize) || count.Load() > 1<<20 {
		t.Errorf("%d bytes were read, failed:\n%s", count.Load(), checks)
	}
	if err := verification.Print(t.Output(), findings); !errors.Is(err, verification.ErrRefuted) {
		t.Errorf("error %v", err)
	}
}

type counter struct {
	http.ResponseWriter
	total *atomic.Int64
}

func (c counter) Write(content []byte) (int, error) {
	c.total.Add(int64(len(content)))
	return c.ResponseWriter.Write(content)
}

func TestWindowsImagesBesideTheBuildsOwnRefuteNothing(t *testing.T) {
	publication := build(t, noChange)
	other := v1.ImageIndex(empty.Index)
	foreign, err := random.Image(1<<20, 1)
	if err != nil {
		t.Fatal(err)
	}
	other = mutate.AppendManifests(other, mutate.IndexAddendum{Add: foreign,
		Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "windows", Architecture: "amd64", OSVersion: "10.0.20348.2849"}}})
	index, err := images.AddWindows(publication.Index, other)
	if err != nil {
		t.Fatal(err)
	}
	// The attestations are of the index without them.
	image := publish(t, &bundle.Publication{Index: index, Referrers: publication.Referrers}, plain)
	var text strings.Builder
	if err := verification.Print(&text, image.Verify(t.Context(), "")); err != nil || !strings.Contains(text.String(), "skipped   Windows images: 1 of another project") {
		t.Errorf("error %v:\n%s", err, &text)
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte(`{"manifests": [{}, {"platform": {"os": "windows"}}], "annotations": {"org.opencontainers.image.created": "2026-01-01T00:00:00Z"}}`))
	f.Add([]byte(`{"annotations": {"org.opencontainers.image.created": "::error::"}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		manifest, release, err := verification.ParseIndex(content)
		if err != nil {
			return
		}
		linux, windows := images.SplitWindows(manifest)
		if len(linux.Manifests)+len(windows) != len(manifest.Manifests) {
			t.Errorf("%d and %d entries of %d", len(linux.Manifests), len(windows), len(manifest.Manifests))
		}
		if again, err := images.ReleaseOf(release.Annotations()); err != nil || again.Version != release.Version {
			t.Errorf("release %+v, again %+v, error %v", release, again, err)
		}
		if err := verification.Print(io.Discard, []verification.Finding{{Check: release.Version, SkipReason: release.Revision}}); err != nil {
			t.Error(err)
		}
	})
}

func FuzzArtifact(f *testing.F) {
	f.Add([]byte(`{"artifactType": "application/spdx+json", "layers": [{"size": 3221225472}]}`))
	f.Add([]byte(`{"artifactType": "application/vnd.in-toto+json", "layers": [null]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		if kind, layer := verification.ParseArtifact(content); kind == (attestation.Kind{}) && layer.Size != 0 {
			t.Errorf("%q is no attestation, and has the layer %+v", content, layer)
		}
	})
}
