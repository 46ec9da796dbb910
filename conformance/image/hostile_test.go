package image

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// readWhole opens an image and reads every platform of it.
func readWhole(reference string, limits rootfs.Limits) error {
	ctx := context.Background()
	source, err := open(reference, limits, func(s *Source) error { return s.read(ctx) })
	if err != nil {
		return err
	}
	defer source.Close()
	for _, platform := range source.Platforms() {
		image, err := source.Image(ctx, platform)
		if err != nil {
			return err
		}
		if image.Broken != nil {
			return source.failed(image.Broken)
		}
	}
	return nil
}

// expectOneLine wants an error that a person can read, and nothing left behind.
func expectOneLine(t *testing.T, reference, want string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	err := readWhole(reference, rootfs.Limits{Bytes: 8 << 20, Entries: 1000, Names: 1 << 20})
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v\nwant %s", err, want)
		return
	}
	if text := err.Error(); strings.ContainsAny(text, "\n\r\x1b") || !strings.HasPrefix(text, "image ") || len(text) > 1000 {
		t.Errorf("not a line for people: %q", text)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRefusesWhatIsNotThere(t *testing.T) {
	file := fixture.WriteFile(t, "pause.tar", nil)
	for reference, want := range map[string]string{
		"oci:/none":            "no OCI layout",
		"oci-archive:/none":    "no such file",
		"docker-archive:/none": "no such file",
		file:                   "is a file; pass it as oci-archive:FILE or docker-archive:FILE",
		"not a reference":      "could not parse reference",
		"127.0.0.1:1/pause":    "nothing listens at 127.0.0.1:1; check its port",
	} {
		expectOneLine(t, reference, want)
	}
}

func TestRefusesAHostileRegistry(t *testing.T) {
	var traffic atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "/v2/") {
			return
		}
		w.Header().Set("Content-Type", string(types.OCIImageIndex))
		n, _ := io.Copy(w, io.LimitReader(endless{}, 64<<20))
		traffic.Add(n)
	}))
	expectOneLine(t, strings.TrimPrefix(server.URL, "http://")+"/pause:1", "at most 8388608 are read")
	server.Close() // waits for the handlers
	if traffic := traffic.Load(); traffic > 32<<20 {
		t.Errorf("%d bytes were read", traffic)
	}
}

func TestFollowsARegistryForTenRedirects(t *testing.T) {
	var redirects atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path != "/v2/" {
			http.Redirect(w, request, fmt.Sprintf("/%d/manifests/", redirects.Add(1)), http.StatusTemporaryRedirect)
		}
	}))
	defer server.Close()
	expectOneLine(t, strings.TrimPrefix(server.URL, "http://")+"/pause:1", "stopped after 10 redirects")
	// A library may ask again for what a registry could not answer.
	if count := redirects.Load(); count > 50 {
		t.Errorf("%d redirects", count)
	}
}

type endless struct{}

func (endless) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

func TestMemoryIsBoundedOnArchives(t *testing.T) {
	archive := fixture.Gzip(t, fixture.Tar(t, fixture.File{Name: "index.json", Content: make([]byte, 64<<20)}))
	file := fixture.WriteFile(t, "bomb.tar", archive)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := readWhole("oci-archive:"+file, rootfs.DefaultLimits)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "at most 4194304 are read") {
		t.Errorf("got %v", err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8<<20 {
		t.Errorf("%d bytes were allocated", allocated)
	}
}
