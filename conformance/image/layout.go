package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// readLayout fills the source from an OCI layout.
func (s *Source) readLayout(ctx context.Context, dir, tag string) error {
	if err := checkLayout(dir); err != nil {
		return err
	}
	top, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return err
	}
	manifest, err := top.IndexManifest()
	if err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	s.check = func(descriptor v1.Descriptor) error {
		return errors.Join(checkSize(descriptor), checkBlob(dir, descriptor))
	}
	s.checkLayer = func(descriptor v1.Descriptor) error { return checkBlob(dir, descriptor) }
	var candidates []candidate[v1.Descriptor]
	for _, descriptor := range manifest.Manifests {
		if s.isAttached(top, descriptor) {
			continue
		}
		candidates = append(candidates, candidate[v1.Descriptor]{descriptor, descriptor.Digest.String(), namesOf(descriptor)})
	}
	images, err := choose(candidates, tag)
	if err != nil {
		return err
	}
	var descriptors []v1.Descriptor
	for _, next := range images {
		descriptors = append(descriptors, next.value)
	}
	if s.entries, err = (index{top, s.check, 0}).entries(descriptors); err != nil {
		return err
	}
	if err := s.checkOneImage(images, tag); err != nil {
		return err
	}
	switch digest, err := top.Digest(); {
	case err != nil:
		return err
	case len(images) > 1:
		s.index.Digest = digest.String()
	case images[0].value.MediaType.IsIndex():
		s.index.Digest = images[0].id
	}
	return s.settle(ctx)
}

func checkLayout(dir string) error {
	file, err := os.Stat(filepath.Join(dir, "index.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is no OCI layout: it has no index.json", dir)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s is no directory; pass a file as oci-archive:FILE or docker-archive:FILE", dir)
	case err != nil:
		return err
	case !file.Mode().IsRegular():
		return fmt.Errorf("%s is no OCI layout: index.json is no regular file", dir)
	}
	if err := checkSize(v1.Descriptor{Size: file.Size()}); err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	return nil
}

// isAttached tells a signature from an image by its manifest, where it is there.
func (s *Source) isAttached(top v1.ImageIndex, descriptor v1.Descriptor) bool {
	if isAttachment(descriptor) {
		return true
	}
	if !descriptor.MediaType.IsImage() || s.check(descriptor) != nil {
		return false
	}
	image, err := top.Image(descriptor.Digest)
	if err != nil {
		return false
	}
	manifest, err := manifestOf(image, &descriptor)
	return err == nil && !isContainerImage(manifest) && len(manifest.Layers) > 0
}

// checkOneImage refuses several images of one name. Manifests of one name are one image
// where each is for another platform.
func (s *Source) checkOneImage(images []candidate[v1.Descriptor], tag string) error {
	if len(images) < 2 || len(images[0].names) == 0 {
		return nil
	}
	visits := map[string]bool{}
	for _, entry := range s.entries {
		visits[Describe(entry.platform)] = true
	}
	for _, next := range images {
		if next.value.MediaType.IsIndex() || len(visits) < len(s.entries) {
			return ambiguous(images, images[0].names[0])
		}
	}
	return nil
}

// checkBlob goes by the size of the file: a layout's reader reads it whole, and
// does not compare it with the descriptor's.
func checkBlob(dir string, descriptor v1.Descriptor) error {
	blob, err := os.Stat(filepath.Join(dir, "blobs", descriptor.Digest.Algorithm, descriptor.Digest.Hex))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("blob %s is missing: %w", descriptor.Digest, fs.ErrNotExist)
	case err != nil:
		return err
	case !blob.Mode().IsRegular():
		return fmt.Errorf("blob %s is no regular file", descriptor.Digest)
	case blob.Size() != descriptor.Size:
		return fmt.Errorf("blob %s has %d bytes, not %d", descriptor.Digest, blob.Size(), descriptor.Size)
	}
	return nil
}
