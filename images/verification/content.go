package verification

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

func (p *Published) checkContent() error {
	return validate.Index(p.Index)
}

func (p *Published) checkPlatforms() error {
	var violations []error
	published := map[string]bool{}
	for _, descriptor := range p.manifest.Manifests {
		published[descriptor.Platform.String()] = true
	}
	for _, platform := range freestanding.Platforms {
		if !published[platform.String()] {
			violations = append(violations, fmt.Errorf("no image for %s", platform))
		}
	}
	return errors.Join(append(violations, p.eachImage(func(listed v1.Descriptor, image v1.Image) error {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		if got := config.Platform().String(); got != listed.Platform.String() {
			return fmt.Errorf("its config is for %s", got)
		}
		return nil
	}))...)
}

func (p *Published) checkSizes() error {
	return p.eachImage(func(_ v1.Descriptor, image v1.Image) error {
		size, err := images.Size(image)
		if err == nil && size > images.MaxSize {
			err = fmt.Errorf("%d bytes", size)
		}
		return err
	})
}

func (p *Published) checkLabels() error {
	return p.eachImage(func(_ v1.Descriptor, image v1.Image) error {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		manifest, err := image.Manifest()
		if err != nil {
			return err
		}
		var violations []error
		if got, want := config.Config.Labels, p.claimed.Labels(); !maps.Equal(got, want) {
			violations = append(violations, fmt.Errorf("labels %v, want %v", got, want))
		}
		if got, want := manifest.Annotations, p.claimed.Annotations(); !maps.Equal(got, want) {
			violations = append(violations, fmt.Errorf("annotations %v, want %v", got, want))
		}
		if got := config.Config.User; got != images.User {
			violations = append(violations, fmt.Errorf("user %q, want %q", got, images.User))
		}
		if got := config.Config.Entrypoint; !slices.Equal(got, []string{images.Entrypoint}) {
			violations = append(violations, fmt.Errorf("entrypoint %q, want %q", got, images.Entrypoint))
		}
		return errors.Join(violations...)
	})
}

// eachImage checks all images of the index, and says which of them fail.
func (p *Published) eachImage(check func(listed v1.Descriptor, image v1.Image) error) error {
	var violations []error
	for _, listed := range p.manifest.Manifests {
		image, err := p.Index.Image(listed.Digest)
		if err == nil {
			err = check(listed, image)
		}
		if err != nil {
			violations = append(violations, fmt.Errorf("image for %s: %w", listed.Platform, err))
		}
	}
	return errors.Join(violations...)
}
