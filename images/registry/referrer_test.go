package registry_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/registry"
)

// A registry without the referrers API keeps the list in a tag, which is written
// after the artifact. A push that ended between the two has to be repaired.
func TestPushCompletesTheListOfReferrers(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	host := withoutReferrers(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if broken.Load() && r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256-") {
				http.Error(w, "", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	push := release(t, host, "1.2.3")
	referrer, err := attestation.SBOM.Referrer([]byte("{}"), push.Image.(v1.ImageIndex))
	if err != nil {
		t.Fatal(err)
	}
	push.Attachments = []registry.Attachment{{Artifact: referrer}}
	if _, err := push.Run(t.Context()); err == nil {
		t.Fatal("the list of referrers was written")
	}
	broken.Store(false)
	referrersOf, err := push.Client.Referrers(t.Context(), mustPush(t, push).Digest)
	if err != nil {
		t.Fatal(err)
	}
	if len(referrersOf) != 1 {
		t.Errorf("listed %+v", referrersOf)
	}
}
