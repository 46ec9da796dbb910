package image

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const dockerManifest = "manifest.json"

// readDocker fills the source from an archive in docker save's format.
func (s *Source) readDocker(ctx context.Context, archive *archive, tag string) error {
	content, err := archive.readAll(dockerManifest)
	if err != nil {
		return fmt.Errorf("not a docker archive, or cut short: %w", err)
	}
	var manifest tarball.Manifest
	if err := json.Unmarshal(content, &manifest); err != nil {
		return fmt.Errorf("%s: %w", dockerManifest, err)
	}
	if len(manifest) > maxManifests {
		return fmt.Errorf("%d images, at most %d are read", len(manifest), maxManifests)
	}
	var candidates []candidate[tarball.Descriptor]
	for _, descriptor := range manifest {
		candidates = append(candidates, candidate[tarball.Descriptor]{descriptor, descriptor.Config, descriptor.RepoTags})
	}
	images, err := choose(candidates, tag)
	if err != nil {
		return err
	}
	if len(images) > 1 {
		return ambiguous(images, tag)
	}
	image, err := newDockerImage(ctx, archive, images[0].value, s.limits.Bytes)
	if err != nil {
		return err
	}
	s.check = checkSize
	s.entries, err = entriesOf(nil, s.check, func() (v1.Image, error) { return image, nil })
	if err != nil {
		return err
	}
	return s.settle(ctx)
}
