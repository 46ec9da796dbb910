package image

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/images/registry"
)

// maxDownload is how long a registry may take for all that is read of an image.
const maxDownload = 30 * time.Minute

// readRegistry fills the source from a registry, which is spoken to in plain
// HTTP only when it is on this machine or in a private network.
func (s *Source) readRegistry(ctx context.Context, reference string) error {
	address, err := name.ParseReference(reference)
	if err != nil {
		return err
	}
	// The file of --ca reaches this process as one of the system's authorities.
	client, err := registry.New("")
	if err != nil {
		return err
	}
	ctx, s.stop = context.WithTimeoutCause(ctx, maxDownload, fmt.Errorf("it takes more than %s", maxDownload))
	descriptor, err := client.Get(ctx, address)
	if err != nil {
		return err
	}
	s.check, s.keep = checkSize, func(image v1.Image) (v1.Image, error) {
		cache, err := s.download(image)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return cache, err
	}
	if !descriptor.MediaType.IsIndex() {
		image, err := descriptor.Image()
		if err != nil {
			return err
		}
		s.entries, err = entriesOf(nil, s.check, func() (v1.Image, error) { return image, nil })
		if err != nil {
			return err
		}
		return s.settle(ctx)
	}
	top, err := descriptor.ImageIndex()
	if err != nil {
		return err
	}
	manifest, err := top.IndexManifest()
	if err != nil {
		return err
	}
	s.index.Digest = descriptor.Digest.String()
	if s.entries, err = (index{top, s.check, 0}).entries(manifest.Manifests); err != nil {
		return err
	}
	return s.settle(ctx)
}

// download copies the image to the source's directory: its layers are read more
// than once, and a registry is asked for each of them only once.
func (s *Source) download(image v1.Image) (v1.Image, error) {
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	if err := rootfs.CheckSizes(manifest.Layers, s.limits); err != nil {
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
	path, err := layout.Write(filepath.Join(temporary, "downloaded"), empty.Index)
	if err != nil {
		return nil, err
	}
	if err := path.AppendImage(image); err != nil {
		return nil, err
	}
	return path.Image(digest)
}
