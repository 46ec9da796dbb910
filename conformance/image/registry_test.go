package image

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

func TestAsksARegistryForEachLayerOnce(t *testing.T) {
	single := fixture.PauseFor(t, "linux/amd64").Image
	layers, err := single.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodGet && strings.HasSuffix(request.URL.Path, digest.String()) {
			requests.Add(1)
		}
		handler.ServeHTTP(w, request)
	}))
	defer server.Close()
	reference, err := name.NewTag(strings.TrimPrefix(server.URL, "http://") + "/pause:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(reference, single); err != nil {
		t.Fatal(err)
	}
	requests.Store(0)
	if err := readWhole(reference.String(), rootfs.DefaultLimits); err != nil {
		t.Fatal(err)
	}
	if requests := requests.Load(); requests != 1 {
		t.Errorf("asked for the layer %d times", requests)
	}
}

func TestReadsRegistries(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	index, single := host+"/pause:1", host+"/pause:amd64"
	push := func(reference string, write func(name.Reference) error) {
		address, err := name.ParseReference(reference)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(address); err != nil {
			t.Fatal(err)
		}
	}
	both := fixture.BothPauses(t)
	push(index, func(reference name.Reference) error { return remote.WriteIndex(reference, both) })
	push(single, func(reference name.Reference) error {
		return remote.Write(reference, fixture.PauseFor(t, "linux/amd64").Image)
	})
	expectPauses(t, openSource(t, index), bothPlatforms)
	digest, err := both.Digest()
	if err != nil {
		t.Fatal(err)
	}
	expectPauses(t, openSource(t, host+"/pause@"+digest.String()), bothPlatforms)
	source := openSource(t, single)
	subject, err := source.Image(context.Background(), source.Platforms()[0])
	if err != nil {
		t.Fatal(err)
	}
	if want, err := fixture.PauseFor(t, "linux/amd64").Image.Digest(); err != nil || subject.Digest != want.String() {
		t.Errorf("digest %s, want %s, %v", subject.Digest, want, err)
	}
	expectPauses(t, source, []string{"linux/amd64"})
	if _, err := Open(context.Background(), host+"/pause:none"); err == nil || !strings.Contains(err.Error(), "MANIFEST_UNKNOWN") {
		t.Errorf("an image that is not there: %v", err)
	}
}

// oddRegistry serves the pauses of both platforms as pause:1. Change alters each answer
// that is a manifest.
func oddRegistry(t *testing.T, change func(http.Header)) (reference string) {
	t.Helper()
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodGet && strings.Contains(request.URL.Path, "/manifests/") {
			w = changed{w, change}
		}
		handler.ServeHTTP(w, request)
	}))
	t.Cleanup(server.Close)
	reference = strings.TrimPrefix(server.URL, "http://") + "/pause:1"
	address, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(address, fixture.BothPauses(t)); err != nil {
		t.Fatal(err)
	}
	return reference
}

type changed struct {
	http.ResponseWriter
	change func(http.Header)
}

func (c changed) WriteHeader(status int) {
	c.change(c.Header())
	c.ResponseWriter.WriteHeader(status)
}

func TestMediaTypeOfARegistryMayBeWrittenDifferently(t *testing.T) {
	for name, rewrite := range map[string]func(string) string{
		"a parameter": func(mediaType string) string { return mediaType + "; charset=utf-8" },
		"capitals":    strings.ToUpper,
	} {
		t.Run(name, func(t *testing.T) {
			reference := oddRegistry(t, func(header http.Header) {
				header.Set("Content-Type", rewrite(header.Get("Content-Type")))
			})
			expectPauses(t, openSource(t, reference), bothPlatforms)
		})
	}
	reference := oddRegistry(t, func(header http.Header) { header.Set("Content-Type", "application/json") })
	expectOneLine(t, reference, `serves it as "application/json", which is no media type of an image`)
}

func TestLoginOfPodmanIsUsed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if user, password, _ := request.BasicAuth(); user != "builder" || password != "example" {
			w.Header().Set("WWW-Authenticate", `Basic realm="example"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	login := base64.StdEncoding.EncodeToString([]byte("builder:example"))
	t.Setenv("HOME", t.TempDir())
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	t.Setenv("REGISTRY_AUTH_FILE", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	expectOneLine(t, host+"/pause:1", "401 Unauthorized; log in")
	t.Setenv("REGISTRY_AUTH_FILE", fixture.WriteFile(t, "auth.json", fmt.Appendf(nil, `{"auths": {%q: {"auth": %q}}}`, host, login)))
	expectOneLine(t, host+"/pause:1", "404 Not Found")
}
