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

func TestFailureOfTheSourceNamesTheSource(t *testing.T) {
	for want, trouble := range map[string]func(*httptest.Server){
		"%s answers 404":        status(http.StatusNotFound),
		"docker login %s":       status(http.StatusUnauthorized),
		"nothing listens at %s": (*httptest.Server).Close,
	} {
		server := httptest.NewServer(memory.New(quiet))
		t.Cleanup(server.Close)
		host := strings.TrimPrefix(server.URL, "http://")
		source, mirror := release(t, host, "1.2.3"), release(t, inMemory(t, unwrapped), "1.2.3")
		image, err := source.Client.Get(t.Context(), pushed(t, source).Digest)
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
