package registry_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	memory "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/static"

	"github.com/podsandbox/pause/images/registry"
)

func TestMirroredImageIsKeptBitForBit(t *testing.T) {
	source := release(t, inMemory(t, plain), "1.2.3")
	from := mustPush(t, source).Digest
	for _, reference := range []name.Digest{from, childOf(t, source)} {
		image, err := source.Client.Get(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		mirror := release(t, debian(t, "", "", ""), "1.2.3")
		mirror.Image = image
		if got := mustPush(t, mirror).Digest.DigestStr(); got != reference.DigestStr() {
			t.Errorf("mirrored as %s, want %s", got, reference)
		}
		copy, err := mirror.Client.Get(t.Context(), mirror.Repository.Tag("latest"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(copy.Manifest, image.Manifest) || copy.MediaType != image.MediaType {
			t.Errorf("%s %s, want %s %s", copy.MediaType, copy.Manifest, image.MediaType, image.Manifest)
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

func TestFailureOfTheSourceNamesTheSource(t *testing.T) {
	for want, trouble := range map[string]func(*httptest.Server){
		"%s answers 404":        status(http.StatusNotFound),
		"docker login %s":       status(http.StatusUnauthorized),
		"nothing listens at %s": (*httptest.Server).Close,
	} {
		server := httptest.NewServer(memory.New(quiet))
		t.Cleanup(server.Close)
		host := strings.TrimPrefix(server.URL, "http://")
		source, mirror := release(t, host, "1.2.3"), release(t, inMemory(t, plain), "1.2.3")
		image, err := source.Client.Get(t.Context(), mustPush(t, source).Digest)
		if err != nil {
			t.Fatal(err)
		}
		mirror.Image = image
		trouble(server)
		_, err = mirror.Run(t.Context())
		want = fmt.Sprintf(want, host)
		if err == nil || !strings.Contains(err.Error(), ": read from "+source.Repository.Name()+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// status makes a server answer everything with the status.
func status(code int) func(*httptest.Server) {
	return func(server *httptest.Server) { server.Config.Handler = answers(code, "") }
}

// withType answers manifests with another media type.
func withType(change func(string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			for key, values := range answer.Header() {
				w.Header()[key] = values
			}
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/manifests/") && answer.Code == http.StatusOK {
				w.Header().Set("Content-Type", change(answer.Header().Get("Content-Type")))
			}
			w.WriteHeader(answer.Code)
			w.Write(answer.Body.Bytes())
		})
	}
}

func TestMediaTypeThatIsWrittenDifferentlyIsTheSame(t *testing.T) {
	for _, change := range []func(string) string{
		strings.ToUpper, func(kind string) string { return kind + "; charset=utf-8" },
	} {
		source := release(t, inMemory(t, withType(change)), "1.2.3")
		mustPush(t, source)
		mirror, result := mustMirror(t, source, "1.2.3", inMemory(t, plain))
		if _, err := mirror.Client.Get(t.Context(), mirror.Repository.Digest(childOf(t, source).DigestStr())); err != nil {
			t.Errorf("%s: %v", result.Digest, err)
		}
	}
}

func TestMediaTypeOfNoImageIsRefusedByName(t *testing.T) {
	for _, kind := range []string{"application/json", "text/plain", "", "application/vnd.docker.distribution.manifest.v1+json"} {
		source := release(t, inMemory(t, withType(func(string) string { return kind })), "1.2.3")
		mustPush(t, source)
		_, err := source.Client.Get(t.Context(), source.Repository.Tag("latest"))
		if want := fmt.Sprintf("serves it as %q", kind); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestEntryOfAnIndexThatIsNoImageIsRefusedByName(t *testing.T) {
	layer, err := random.Layer(64, "application/vnd.example.chart")
	if err != nil {
		t.Fatal(err)
	}
	push := release(t, inMemory(t, plain), "1.2.3")
	push.Image = mutate.AppendManifests(push.Image.(v1.ImageIndex), mutate.IndexAddendum{Add: layer})
	if _, err := push.Run(t.Context()); err == nil || !strings.Contains(err.Error(), `as "application/vnd.example.chart"`) {
		t.Errorf("error %v", err)
	}
	if got := tags(t, push, "latest")[0]; got != "" {
		t.Errorf("latest is %s", got)
	}
}

// Each of four indexes lists the next one under thirty names: 27,000 ways lead to an image.
func TestIndexesThatListEachOtherManyTimesAreCopiedOnce(t *testing.T) {
	index := release(t, "registry.example", "1.2.3").Image.(v1.ImageIndex)
	for range 3 {
		entries := make([]mutate.IndexAddendum, 30)
		for i := range entries {
			entries[i] = mutate.IndexAddendum{Add: index, Descriptor: v1.Descriptor{Annotations: map[string]string{"name": fmt.Sprint(i)}}}
		}
		index = mutate.AppendManifests(empty.Index, entries...)
	}
	source := release(t, inMemory(t, plain), "1.2.3")
	source.Image = index
	mustPush(t, source)
	mirror, result := mustMirror(t, source, "1.2.3", inMemory(t, plain))
	if got := tags(t, mirror, "1.2.3")[0]; got != result.Digest.DigestStr() {
		t.Errorf("1.2.3 is %s, want %s", got, result.Digest)
	}
}

func TestIndexOfTooManyImagesIsRefused(t *testing.T) {
	push := release(t, inMemory(t, plain), "1.2.3")
	entries := make([]mutate.IndexAddendum, 1001)
	for i := range entries {
		layer := static.NewLayer([]byte(fmt.Sprint(i)), "application/vnd.oci.image.manifest.v1+json")
		entries[i] = mutate.IndexAddendum{Add: layer}
	}
	push.Image = mutate.AppendManifests(empty.Index, entries...)
	if _, err := push.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "lists 1001 images, at most 1000 are copied") {
		t.Errorf("error %v", err)
	}
}
