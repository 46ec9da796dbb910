package verification_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/verification"
)

func TestOneOfWhatIsAttachedHasToFit(t *testing.T) {
	// No toolchain is fetched to find that there is none.
	t.Setenv("GOPROXY", "off")
	publication := build(t, noChange)
	digest, err := publication.Index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	const source = "https://github.com/podsandbox/pause"
	const bill = `{"creationInfo": {"creators": ["Tool: pause-image-1.2.3"]}, "packages": [{"checksums": [{"algorithm": "SHA256", "checksumValue": %q}]}]}`
	const provenance = `{"subject": [{"digest": {"sha256": %q}}], "predicate": {"buildDefinition": {"internalParameters": {"goVersion": "go1.26.9999"}},
		"runDetails": {"builder": {"id": "` + source + `/tree/main/images/cmd/pause-image"}}}}`
	others := []v1.Image{
		referrer(t, publication, attestation.SBOM, "of a scanner"),
		referrer(t, publication, attestation.SBOM, fmt.Sprintf(bill, digest.Hex)),
		referrer(t, publication, attestation.Provenance, fmt.Sprintf(provenance, digest.Hex)),
	}
	among := slices.Concat(others[1:], publication.Referrers, others[:1])
	image := publish(t, &bundle.Publication{Index: publication.Index, Referrers: among}, plain)
	if err := verification.Print(t.Output(), image.Verify(t.Context(), "")); err != nil {
		t.Error(err)
	}
	for want, test := range map[string]struct {
		referrers []v1.Image
		skip      string
		kind      error
	}{
		"no attached sbom.spdx.json is of": {[]v1.Image{others[0], publication.Referrers[1]}, "quick", verification.ErrUnchecked},
		"it makes another sbom":            {[]v1.Image{others[1], publication.Referrers[1]}, "", verification.ErrRefuted},
		"no provenance.intoto.json (":      {publication.Referrers[:1], "quick", verification.ErrUnchecked},
	} {
		var text strings.Builder
		image := publish(t, &bundle.Publication{Index: publication.Index, Referrers: test.referrers}, plain)
		err := verification.Print(&text, image.Verify(t.Context(), test.skip))
		if !errors.Is(err, test.kind) || !strings.Contains(text.String(), want) {
			t.Errorf("error %v, want %q:\n%s", err, want, &text)
		}
	}
}

// referrer is an attestation that no build has made.
func referrer(t *testing.T, publication *bundle.Publication, kind attestation.Kind, content string) v1.Image {
	t.Helper()
	referrer, err := kind.Referrer([]byte(content), publication.Index)
	if err != nil {
		t.Fatal(err)
	}
	return referrer
}

func TestListedReferrerThatIsGoneIsPassedOver(t *testing.T) {
	publication := build(t, noChange)
	absentee := referrer(t, publication, attestation.SBOM, "gone")
	digest, err := absentee.Digest()
	if err != nil {
		t.Fatal(err)
	}
	publication.Referrers = append(publication.Referrers, absentee)
	var absent atomic.Bool
	image := publish(t, publication, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if absent.Load() && strings.HasSuffix(r.URL.Path, digest.String()) {
				http.NotFound(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	absent.Store(true)
	if err := verification.Print(t.Output(), image.Verify(t.Context(), "quick")); err != nil {
		t.Error(err)
	}
}
