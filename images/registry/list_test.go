package registry_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/registry"
)

// attach adds an artifact for each of the texts.
func attach(t *testing.T, push *registry.Push, texts ...string) []string {
	t.Helper()
	var digests []string
	for _, text := range texts {
		referrer, err := attestation.SBOM.Referrer([]byte(text), push.Image.(v1.ImageIndex))
		if err != nil {
			t.Fatal(err)
		}
		digest, err := referrer.Digest()
		if err != nil {
			t.Fatal(err)
		}
		push.Attachments = append(push.Attachments, registry.Attachment{Artifact: referrer})
		digests = append(digests, digest.String())
	}
	slices.Sort(digests)
	return digests
}

// referrersOf returns the digests of what refers to the pushed image.
func referrersOf(t *testing.T, push registry.Push, result registry.Result) []string {
	t.Helper()
	referrers, err := push.Client.Referrers(t.Context(), result.Digest)
	if err != nil {
		t.Fatal(err)
	}
	var digests []string
	for _, referrer := range referrers {
		digests = append(digests, referrer.Digest.String())
	}
	slices.Sort(digests)
	return digests
}

// pages answers lists of referrers one by one, with a Link to the next page.
func pages(link string, number int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, "/referrers/") {
				next.ServeHTTP(w, r)
				return
			}
			at, _ := strconv.Atoi(r.URL.Query().Get("at"))
			if at+1 == number {
				http.Error(w, "", http.StatusForbidden)
				return
			}
			whole := httptest.NewRecorder()
			next.ServeHTTP(whole, r)
			var index v1.IndexManifest
			if err := json.Unmarshal(whole.Body.Bytes(), &index); err != nil {
				panic(err)
			}
			slices.SortFunc(index.Manifests, func(a, b v1.Descriptor) int { return strings.Compare(a.Digest.Hex, b.Digest.Hex) })
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json; charset=utf-8")
			if len(index.Manifests) > at+1 {
				w.Header().Set("Link", strings.NewReplacer("HOST", "http://"+r.Host, "PATH", r.URL.Path, "AT", fmt.Sprint(at+1)).Replace(link))
			}
			index.Manifests = index.Manifests[min(at, len(index.Manifests)):min(at+1, len(index.Manifests))]
			json.NewEncoder(w).Encode(index)
		})
	}
}

func TestEveryPageOfReferrersIsRead(t *testing.T) {
	for _, link := range []string{
		`<PATH?at=AT>; rel="next"`, `<HOSTPATH?at=AT>;rel=next`, `</first>; rel="first", <?at=AT>; title="a"; rel="NEXT"`,
	} {
		push := release(t, inMemory(t, pages(link, 0)), "1.2.3")
		want := attach(t, &push, "one", "two", "three")
		if got := referrersOf(t, push, mustPush(t, push)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", link, got, want)
		}
	}
}

func TestListThatIsNotReadToItsEndIsAnError(t *testing.T) {
	for want, wrap := range map[string]func(http.Handler) http.Handler{
		"403 Forbidden":                    pages(`<PATH?at=AT>; rel="next"`, 2),
		"on another host":                  pages(`<http://registry.example/?at=AT>; rel="next"`, 0),
		"outside of the repository":        pages(`</v2/other/referrers/?at=AT>; rel="next"`, 0),
		"the list has more than 100 pages": pages(`<PATH?at=0>; rel="next"`, 0),
		"there are more than 1000; delete": many(1001),
		"an entry has no digest; fix that": answering(`{"manifests": [{}]}`),
		"invalid character":                answering(`no JSON`),
	} {
		var active atomic.Bool
		push := release(t, inMemory(t, when(&active, wrap)), "1.2.3")
		attach(t, &push, "one", "two", "three")
		result := mustPush(t, push)
		active.Store(true)
		_, err := push.Client.Referrers(t.Context(), result.Digest)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, want)
		}
	}
}

// when wraps the handler in a fault, which shows once it is active.
func when(active *atomic.Bool, wrap func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		wrapped := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if active.Load() {
				wrapped.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// answering answers every list of referrers with the text.
func answering(text string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, "/referrers/") {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			fmt.Fprint(w, text)
		})
	}
}

// many lists a number of referrers, which are nowhere.
func many(count int) func(http.Handler) http.Handler {
	var entries []string
	for i := range count {
		entries = append(entries, fmt.Sprintf(`{"digest": "sha256:%064x", "size": 1, "mediaType": "application/vnd.oci.image.manifest.v1+json"}`, i))
	}
	return answering(`{"schemaVersion": 2, "manifests": [` + strings.Join(entries, ",") + `]}`)
}

// What registries answer that do not know the referrers API.
func TestListInATagIsReadWhereTheRegistryKeepsNone(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusNotImplemented, http.StatusOK} {
		push := release(t, withoutReferrers(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/referrers/") {
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(status)
					return
				}
				next.ServeHTTP(w, r)
			})
		}), "1.2.3")
		want := attach(t, &push, "one", "two")
		if got := referrersOf(t, push, mustPush(t, push)); !slices.Equal(got, want) {
			t.Errorf("status %d: %q, want %q", status, got, want)
		}
	}
}

func FuzzReferrers(f *testing.F) {
	f.Add([]byte(`{"schemaVersion": 2, "manifests": [{"digest": "sha256:0", "size": -1}]}`), `<?at=1>; rel="next"`)
	f.Add([]byte(`{"manifests": [{}, null], "annotations": {"a": "\u001b"}}`), `<::error::>;rel=next,<`)
	f.Fuzz(func(t *testing.T, content []byte, link string) {
		descriptors, err := registry.ParseReferrers(content)
		for _, descriptor := range descriptors {
			if err != nil || descriptor.Digest.Hex == "" {
				t.Errorf("descriptor %+v, error %v", descriptor, err)
			}
		}
		if next, err := registry.NextPage("http://registry.example/v2/a/referrers/b?c", link); err == nil && next != "" && next[0] != '/' {
			t.Errorf("%q leads to %q", link, next)
		}
	})
}
