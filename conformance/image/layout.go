package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// nameKeys are the annotations that name an image in an OCI layout: the second
// is what containerd's and docker's archives hold as well.
var nameKeys = []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"}

// readLayout fills the source from an OCI layout.
func (s *Source) readLayout(dir, tag string) error {
	content, err := os.Stat(filepath.Join(dir, "index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is no OCI layout: it has no index.json", dir)
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s is no directory; pass a file as oci-archive:FILE or docker-archive:FILE", dir)
	}
	if err != nil {
		return err
	}
	if err := sized(v1.Descriptor{Size: content.Size()}); err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	chosen, err := choose(manifest.Manifests, tag)
	if err != nil {
		return err
	}
	s.admit = func(descriptor v1.Descriptor) error { return admitBlob(dir, descriptor) }
	s.entries, err = entriesOf(index, chosen, s.admit, 0)
	if err != nil {
		return err
	}
	switch digest, err := index.Digest(); {
	case err != nil:
		return err
	case len(chosen) > 1:
		s.index = digest.String()
	case chosen[0].MediaType.IsIndex():
		s.index = chosen[0].Digest.String()
	}
	return nil
}

// admitBlob goes by the size of the file: a layout's reader reads it whole, and
// does not compare it with the descriptor's.
func admitBlob(dir string, descriptor v1.Descriptor) error {
	if err := sized(descriptor); err != nil {
		return err
	}
	blob, err := os.Lstat(filepath.Join(dir, "blobs", descriptor.Digest.Algorithm, descriptor.Digest.Hex))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob %s is missing: %w", descriptor.Digest, fs.ErrNotExist)
	}
	if err != nil {
		return err
	}
	if blob.Size() != descriptor.Size {
		return fmt.Errorf("blob %s has %d bytes, not %d", descriptor.Digest, blob.Size(), descriptor.Size)
	}
	return nil
}

// choose returns the manifests with the tag. A layout that names all its
// manifests alike, or none of them, is one image.
func choose(manifests []v1.Descriptor, tag string) ([]v1.Descriptor, error) {
	var chosen []v1.Descriptor
	var names []string
	for _, descriptor := range manifests {
		own := namesOf(descriptor)
		if len(own) > 0 && slices.ContainsFunc(chosen, func(other v1.Descriptor) bool { return other.Digest == descriptor.Digest }) {
			continue // another name of the same image
		}
		for _, name := range own {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if tag == "" || slices.ContainsFunc(own, func(name string) bool { return named(name, tag) }) {
			chosen = append(chosen, descriptor)
		}
	}
	if tag == "" && len(chosen) > 1 && slices.ContainsFunc(chosen, func(descriptor v1.Descriptor) bool {
		return !slices.Equal(namesOf(descriptor), namesOf(chosen[0]))
	}) {
		return nil, ambiguous(names)
	}
	if len(chosen) == 0 {
		return nil, missing(names, tag)
	}
	return chosen, nil
}

func namesOf(descriptor v1.Descriptor) []string {
	var names []string
	for _, key := range nameKeys {
		if name := descriptor.Annotations[key]; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// named tells whether tag is all of the name, its tag, or its end without the
// registry.
func named(name, tag string) bool {
	return name == tag || strings.HasSuffix(name, ":"+tag) || strings.HasSuffix(name, "/"+tag)
}

func ambiguous(names []string) error {
	return fmt.Errorf("holds several images: append one of %s as :TAG", strings.Join(names, ", "))
}

func missing(names []string, tag string) error {
	if tag == "" {
		return errors.New("holds no image")
	}
	return fmt.Errorf("holds no image named %q: append one of %s as :TAG", tag, strings.Join(names, ", "))
}
