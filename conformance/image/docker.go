package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const dockerManifest = "manifest.json"

// readDocker fills the source from an archive in docker save's format.
func (s *Source) readDocker(ctx context.Context, archive *archive, tag string) error {
	open := func() (io.ReadCloser, error) { return os.Open(archive.file) }
	if err := archive.admit(dockerManifest); err != nil {
		return fmt.Errorf("not a docker archive, or cut short: %w", err)
	}
	manifest, err := tarball.LoadManifest(open)
	if err != nil {
		return fmt.Errorf("%s: %w", dockerManifest, err)
	}
	chosen, err := chooseDocker(manifest, tag)
	if err != nil {
		return err
	}
	if err := archive.admit(chosen.Config); err != nil {
		return err
	}
	if len(chosen.Layers) > maxLayers {
		return fmt.Errorf("%d layers, at most %d are read", len(chosen.Layers), maxLayers)
	}
	if err := archive.admitLayers(chosen.Layers, s.limits.Bytes); err != nil {
		return err
	}
	var named *name.Tag
	if len(manifest) > 1 {
		full, err := name.NewTag(chosen.RepoTags[0])
		if err != nil {
			return err
		}
		named = &full
	}
	s.admit = sized
	s.entries, err = entryOf(nil, s.admit, func() (v1.Image, error) {
		image, err := tarball.Image(open, named)
		if err != nil {
			return nil, err
		}
		config, err := image.ConfigFile()
		if err != nil {
			return nil, err
		}
		if len(config.RootFS.DiffIDs) != len(chosen.Layers) {
			return nil, fmt.Errorf("%s has %d layers, the configuration %d", dockerManifest, len(chosen.Layers), len(config.RootFS.DiffIDs))
		}
		return image, nil
	})
	return err
}

// admit refuses files that would be read whole and are too large.
func (a *archive) admit(file string) error {
	size, there := a.sizes[path.Clean(file)]
	if !there {
		return fmt.Errorf("it has no %q", file)
	}
	if err := sized(v1.Descriptor{Size: size}); err != nil {
		return fmt.Errorf("%q: %w", file, err)
	}
	return nil
}

// admitLayers refuses more than can be digested in reasonable time: many layers
// may be the same large file. One that is a link is taken for the largest file.
func (a *archive) admitLayers(layers []string, most int64) error {
	largest, total := int64(0), int64(0)
	for _, size := range a.sizes {
		largest = max(largest, size)
	}
	for _, layer := range layers {
		size, there := a.sizes[path.Clean(layer)]
		if !there {
			size = largest
		}
		if total += size; total > most {
			return fmt.Errorf("layers of more than %d bytes, which no sandbox image needs", most)
		}
	}
	return nil
}

func chooseDocker(manifest tarball.Manifest, tag string) (tarball.Descriptor, error) {
	var chosen tarball.Manifest
	var names []string
	for _, descriptor := range manifest {
		names = append(names, descriptor.RepoTags...)
		if tag == "" || slices.ContainsFunc(descriptor.RepoTags, func(name string) bool { return named(name, tag) }) {
			chosen = append(chosen, descriptor)
		}
	}
	switch {
	case len(chosen) == 0:
		return tarball.Descriptor{}, missing(names, tag)
	case len(chosen) > 1 && len(names) == 0:
		return tarball.Descriptor{}, errors.New("holds several images and no name to tell them by")
	case len(chosen) > 1:
		return tarball.Descriptor{}, ambiguous(names)
	}
	return chosen[0], nil
}
