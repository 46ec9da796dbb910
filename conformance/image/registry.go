package image

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// readRegistry fills the source from a registry, which is spoken to in plain
// HTTP only when it is on this machine or in a private network.
func (s *Source) readRegistry(ctx context.Context, reference string) error {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return err
	}
	found, err := remote.Get(parsed, remote.WithContext(ctx),
		remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithTransport(smallManifests{remote.DefaultTransport}))
	if err != nil {
		return err
	}
	s.admit, s.keep = sized, s.download
	if !found.MediaType.IsIndex() {
		image, err := found.Image()
		if err != nil {
			return err
		}
		s.entries, err = entryOf(nil, s.admit, func() (v1.Image, error) { return image, nil })
		return err
	}
	index, err := found.ImageIndex()
	if err != nil {
		return err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	s.index = found.Digest.String()
	s.entries, err = entriesOf(index, manifest.Manifests, s.admit, 0)
	return err
}

// download copies the image to the source's directory: its layers are read more
// than once, and a registry is asked for each of them only once.
func (s *Source) download(image v1.Image) (v1.Image, error) {
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	if err := rootfs.Admit(manifest.Layers, s.limits); err != nil {
		return nil, err
	}
	digest, err := image.Digest()
	if err != nil {
		return nil, err
	}
	temporary, err := s.directory()
	if err != nil {
		return nil, err
	}
	downloaded, err := layout.Write(filepath.Join(temporary, "downloaded"), empty.Index)
	if err != nil {
		return nil, err
	}
	if err := downloaded.AppendImage(image); err != nil {
		return nil, err
	}
	return downloaded.Image(digest)
}

// smallManifests keeps registries from filling the memory with a manifest.
type smallManifests struct{ http.RoundTripper }

func (t smallManifests) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(request)
	if err == nil && strings.Contains(request.URL.Path, "/manifests/") {
		response.Body = struct {
			io.Reader
			io.Closer
		}{bounded.Reader(request.Context(), response.Body, maxManifest), response.Body}
	}
	return response, err
}
