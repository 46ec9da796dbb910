package verification

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/printable"
)

// checkContent validates a copy of the images: validate drops the types of what
// goes wrong, and on a copy that cannot be the registry.
func (p *Image) checkContent() error {
	dir, err := os.MkdirTemp("", "content-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	local, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	return p.eachImage(func(entry v1.Descriptor, image v1.Image) error {
		if err := local.AppendImage(image); err != nil {
			return err
		}
		local, err := local.Image(entry.Digest)
		if err != nil {
			return err
		}
		if err := validate.Image(local); err != nil {
			return refute("%v", err)
		}
		return nil
	})
}

func (p *Image) checkPlatforms() error {
	var violations []error
	platforms := map[string]bool{}
	for _, descriptor := range p.manifest.Manifests {
		platforms[descriptor.Platform.String()] = true
	}
	for _, platform := range p.claim.ProductOrPause().Platforms {
		if !platforms[platform.String()] {
			violations = append(violations, refute("no image for %s", platform))
		}
	}
	return errors.Join(append(violations, p.eachImage(func(entry v1.Descriptor, image v1.Image) error {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		// The library returns no platform for a configuration that names none.
		platform := config.Platform()
		if platform == nil {
			return refute("its configuration names no platform")
		}
		if !platform.Equals(*entry.Platform) {
			return refute("its configuration is for %s", platform)
		}
		return nil
	}))...)
}

// checkSizes reads manifests alone. The other checks leave out what it refutes:
// an image that is too large is not read.
func (p *Image) checkSizes() error {
	p.tooLarge = map[v1.Hash]bool{}
	return p.eachImage(func(entry v1.Descriptor, image v1.Image) error {
		manifest, err := image.Manifest()
		if err != nil {
			return err
		}
		for _, part := range append(manifest.Layers, manifest.Config) {
			if part.Size < 0 || part.Size > p.claim.ProductOrPause().MaxSize {
				p.tooLarge[entry.Digest] = true
				return refute("%s has %d bytes", part.Digest, part.Size)
			}
		}
		size, err := images.Size(image)
		if err == nil && size > p.claim.ProductOrPause().MaxSize {
			p.tooLarge[entry.Digest] = true
			err = refute("%d bytes", size)
		}
		return err
	})
}

func (p *Image) checkLabels() error {
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
		if got, want := config.Config.Labels, p.claim.Labels(); !maps.Equal(got, want) {
			violations = append(violations, refute("labels %v, want %v", got, want))
		}
		if got, want := manifest.Annotations, p.claim.Annotations(); !maps.Equal(got, want) {
			violations = append(violations, refute("annotations %v, want %v", got, want))
		}
		if got := config.Config.User; got != p.claim.ProductOrPause().User {
			violations = append(violations, refute("user %q, want %q", got, p.claim.ProductOrPause().User))
		}
		if got := config.Config.Entrypoint; !slices.Equal(got, []string{p.claim.ProductOrPause().Entrypoint()}) {
			violations = append(violations, refute("entrypoint %q, want %q", got, p.claim.ProductOrPause().Entrypoint()))
		}
		return errors.Join(violations...)
	})
}

// mismatch is how the library puts it that content has not the digest or size
// that names it. The errors have no type that is exported:
// https://github.com/google/go-containerregistry/blob/v0.22.1/internal/verify/verify.go
var mismatch = regexp.MustCompile(`^error verifying |: error verifying |does not match requested digest`)

// eachImage checks all images of the index, and names those that fail. One that is
// too large is not read.
func (p *Image) eachImage(check func(entry v1.Descriptor, image v1.Image) error) error {
	var violations []error
	for _, entry := range p.manifest.Manifests {
		if p.tooLarge[entry.Digest] {
			violations = append(violations, fmt.Errorf("image for %s: not read, since it is too large", printable.Text(entry.Platform.String())))
			continue
		}
		err := p.onImage(entry, func(image v1.Image) error { return check(entry, image) })
		if err != nil {
			violations = append(violations, err)
		}
	}
	return errors.Join(violations...)
}

// onImage checks one image, and names it in the error.
func (p *Image) onImage(entry v1.Descriptor, check func(v1.Image) error) error {
	image, err := p.Index.Image(entry.Digest)
	if err == nil {
		err = check(image)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrRefuted):
	case mismatch.MatchString(err.Error()):
		err = refute("%v", err)
	default:
		err = p.Client.Explain("read it", p.Digest.Context(), err)
	}
	return fmt.Errorf("image for %s: %w", printable.Text(entry.Platform.String()), err)
}
