package registry_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/podsandbox/pause/images/registry"
)

// immutable lets no tag be set again, as ECR and Artifact Registry can.
func immutable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") && !strings.Contains(r.URL.Path, "/manifests/sha256:") {
			current := httptest.NewRecorder()
			next.ServeHTTP(current, httptest.NewRequest(http.MethodGet, r.URL.Path, nil))
			if current.Code == http.StatusOK {
				http.Error(w, `{"errors": [{"code": "TAG_INVALID", "message": "the tag is immutable"}]}`, http.StatusBadRequest)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func TestListInATagIsWrittenOnceForAllReferrers(t *testing.T) {
	push := release(t, withoutReferrers(t, immutable), "1.2.3")
	want := attach(t, &push, "one", "two", "three")
	for range 2 {
		result := mustPush(t, push)
		if got := referrersOf(t, push, result); !slices.Equal(got, want) || len(result.Missing) > 0 {
			t.Errorf("%q, want %q; left %q", got, want, result.Missing)
		}
	}
	if got := tags(t, push, "latest")[0]; got == "" {
		t.Error("there is no tag latest")
	}
}

func TestReferrerThatAnImmutableListDoesNotTakeIsSaidToBeLeft(t *testing.T) {
	push := release(t, withoutReferrers(t, immutable), "1.2.3")
	attach(t, &push, "one")
	mustPush(t, push)
	attach(t, &push, "two")
	result := mustPush(t, push)
	if len(result.Missing) != 1 || !strings.Contains(result.Missing[0], "list 1 of the 2 artifacts") || !strings.Contains(result.Missing[0], "immutable") {
		t.Errorf("left %q", result.Missing)
	}
}

// addSignature adds what cosign would attach to the digest.
func addSignature(t *testing.T, push registry.Push, digest string, suffix string) v1.Image {
	t.Helper()
	signature, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	tag := strings.Replace(digest, ":", "-", 1) + suffix
	alone := registry.Push{Client: push.Client, Repository: push.Repository, Image: signature, Tags: []registry.Tag{{Name: tag}}}
	mustPush(t, alone)
	return signature
}

// mustMirror copies the tag with all that belongs to it.
func mustMirror(t *testing.T, source registry.Push, tag, host string) (registry.Push, registry.Result) {
	t.Helper()
	image, err := source.Client.Get(t.Context(), source.Repository.Tag(tag))
	if err != nil {
		t.Fatal(err)
	}
	attachments, missing, err := source.Client.Attachments(t.Context(), source.Repository, image)
	if err != nil {
		t.Fatal(err)
	}
	mirror := release(t, host, "1.2.3")
	mirror.Image, mirror.Attachments, mirror.Missing = image, attachments, missing
	return mirror, mustPush(t, mirror)
}

func TestMirrorCopiesReferrersAndWhatCosignTags(t *testing.T) {
	api := func() string { return inMemory(t, plain) }
	tagged := func() string { return withoutReferrers(t, plain) }
	for _, hosts := range [][2]string{{api(), api()}, {api(), tagged()}, {tagged(), api()}, {tagged(), tagged()}} {
		source := release(t, hosts[0], "1.2.3")
		want := attach(t, &source, "one", "two")
		result := mustPush(t, source)
		child := childOf(t, source)
		indexSignature := addSignature(t, source, result.Digest.DigestStr(), ".sig")
		childSignature := addSignature(t, source, child.DigestStr(), ".sig")
		// The SBOM is signed, too.
		signature := addSignature(t, source, want[0], ".att")
		mirror, result := mustMirror(t, source, "1.2.3", hosts[1])
		if got := referrersOf(t, mirror, result); !slices.Equal(got, want) || len(result.Missing) > 0 {
			t.Errorf("%q, want %q; left %q", got, want, result.Missing)
		}
		for tag, image := range map[string]v1.Image{
			result.Digest.DigestStr() + ".sig": indexSignature, child.DigestStr() + ".sig": childSignature, want[0] + ".att": signature,
		} {
			digest, err := image.Digest()
			if err != nil {
				t.Fatal(err)
			}
			if got := tags(t, mirror, strings.Replace(tag, ":", "-", 1))[0]; got != digest.String() {
				t.Errorf("%s is %q, want %s", tag, got, digest)
			}
		}
	}
}

func TestMirrorLeavesTheSignaturesOfTheTargetUnlessForced(t *testing.T) {
	source := release(t, inMemory(t, plain), "1.2.3")
	result := mustPush(t, source)
	addSignature(t, source, result.Digest.DigestStr(), ".sig")
	mirror, _ := mustMirror(t, source, "1.2.3", inMemory(t, plain))
	theirs := addSignature(t, mirror, result.Digest.DigestStr(), ".other")
	tag := strings.Replace(result.Digest.DigestStr(), ":", "-", 1) + ".sig"
	digest, err := theirs.Digest()
	if err != nil {
		t.Fatal(err)
	}
	replaced := registry.Push{Client: mirror.Client, Repository: mirror.Repository, Image: theirs, Tags: []registry.Tag{{Name: tag}}, Force: true}
	mustPush(t, replaced)
	again := mustPush(t, mirror)
	if got := tags(t, mirror, tag)[0]; got != digest.String() || len(again.Missing) != 1 || !strings.Contains(again.Missing[0], "--force") {
		t.Errorf("the signature is %s, left %q", got, again.Missing)
	}
	mirror.Force = true
	if forced := mustPush(t, mirror); len(forced.Missing) > 0 || tags(t, mirror, tag)[0] == digest.String() {
		t.Errorf("left %q when forced", forced.Missing)
	}
}

func TestWhatCannotBeReadOfAttachmentsIsSaidToBeLeft(t *testing.T) {
	var active atomic.Bool
	denial := func(next http.Handler) http.Handler { return answers(http.StatusForbidden, "") }
	for path, want := range map[string]string{"/referrers/": "list what refers to", "/blobs/": ""} {
		active.Store(false)
		source := release(t, inMemory(t, when(&active, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, path) {
					denial(next).ServeHTTP(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
		})), "1.2.3")
		attach(t, &source, "one")
		result := mustPush(t, source)
		active.Store(true)
		image, err := source.Client.Get(t.Context(), result.Digest)
		if err != nil {
			t.Fatal(err)
		}
		_, left, err := source.Client.Attachments(t.Context(), source.Repository, image)
		if err != nil || (len(left) > 0) != (want != "") || len(left) > 0 && !strings.Contains(left[0], want) {
			t.Errorf("%s: left %q, error %v", path, left, err)
		}
	}
}

func TestImageThatAnEarlierCopyLeftOutIsCompleted(t *testing.T) {
	var absentee atomic.Pointer[name.Digest]
	host := inMemory(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if digest := absentee.Load(); digest != nil && strings.HasSuffix(r.URL.Path, digest.DigestStr()) && r.Method != http.MethodPut {
				http.NotFound(w, r)
				return
			}
			if r.Method == http.MethodPut && absentee.Load() != nil && strings.HasSuffix(r.URL.Path, absentee.Load().DigestStr()) {
				absentee.Store(nil)
			}
			next.ServeHTTP(w, r)
		})
	})
	push := release(t, host, "1.2.3")
	mustPush(t, push)
	child := childOf(t, push)
	absentee.Store(&child)
	mustPush(t, push)
	if absentee.Load() != nil {
		t.Error("the image that the index lists is still not there")
	}
}
