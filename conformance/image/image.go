package image

import (
	"context"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/loader"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// Image is one platform of a sandbox image, read and verified whole.
type Image struct {
	Source *Source

	// Platform is what the image is judged for: that of its index entry, or else of its
	// configuration. Where neither names one, it is that of the entry point's ELF header,
	// and of this host where there is no entry point.
	Platform v1.Platform

	// Indexed is the platform that the index has the image under, if any.
	Indexed *v1.Platform

	// Digest is that of the manifest, or of the configuration where none is
	// kept: in docker's archives and older engines.
	Digest string

	Manifest *v1.Manifest
	Config   *v1.ConfigFile
	Root     *rootfs.Tree

	// Broken says which layer cannot be unpacked, if any: Root is without it and those
	// above it.
	Broken *rootfs.LayerError

	// Overhead is the size of manifest and configuration, which are transferred too, in bytes.
	Overhead int64

	// Content is the image for engines: as it is kept, but for layers in a compression
	// that not every engine reads.
	Content v1.Image
}

// Image reads the image of one platform. A platform without a variant is met
// by any. The error says what to pass instead of a platform that is not there, and
// that an image of another system than Linux is not judged.
func (s *Source) Image(ctx context.Context, platform v1.Platform) (*Image, error) {
	entry, ok := find(s.entries, platform)
	switch {
	case platform.OS == "windows":
		return nil, s.failed(errors.New("Windows images are not judged; " + s.remedy()))
	case platform.OS != "linux":
		return nil, s.failed(fmt.Errorf("images for %s are not judged; %s", platform.OS, s.remedy()))
	case !ok:
		return nil, s.failed(s.lacks(platform))
	case entry.absent != nil:
		return nil, s.failed(fmt.Errorf("%s is in its index alone: %w; %s", platform, entry.absent, s.remedy()))
	}
	image, err := s.image(ctx, entry)
	if err != nil {
		return nil, s.failed(fmt.Errorf("%s: %w", Normalize(entry.platform), err))
	}
	return image, nil
}

func (s *Source) image(ctx context.Context, entry entry) (*Image, error) {
	content, err := entry.open()
	if err != nil {
		return nil, err
	}
	config, err := configOf(content, entry.descriptor, s.check)
	if err != nil {
		return nil, err
	}
	if config == nil {
		return nil, errors.New("no image of a container")
	}
	if s.keep != nil {
		if content, err = s.keep(content); err != nil {
			return nil, err
		}
	}
	if err := s.checkLayers(content); err != nil {
		return nil, err
	}
	root, err := rootfs.Read(ctx, content, s.limits)
	broken := new(rootfs.LayerError)
	if err != nil && !errors.As(err, &broken) {
		return nil, err
	}
	if err == nil {
		broken = nil
	}
	image := &Image{Source: s, Broken: broken, Platform: Normalize(entry.platform), Config: config, Root: root, Content: content}
	if err := image.identify(entry.descriptor); err != nil {
		return nil, err
	}
	image.Content, err = loadable(content, config, root)
	return image, err
}

func (s *Source) checkLayers(content v1.Image) error {
	manifest, err := content.Manifest()
	if err != nil || s.checkLayer == nil {
		return err
	}
	for i, layer := range manifest.Layers {
		if err := s.checkLayer(layer); err != nil {
			return fmt.Errorf("layer %d of %d: %w", i+1, len(manifest.Layers), err)
		}
	}
	return nil
}

func (i *Image) identify(descriptor *v1.Descriptor) error {
	manifest, err := i.Content.Manifest()
	if err != nil {
		return err
	}
	size, err := i.Content.Size()
	if err != nil {
		return err
	}
	i.Manifest = manifest
	i.Overhead = size + manifest.Config.Size
	i.Digest = manifest.Config.Digest.String()
	if descriptor != nil {
		i.Digest, i.Indexed = descriptor.Digest.String(), descriptor.Platform
	} else if i.Source.index.Unknown == "" {
		digest, err := i.Content.Digest()
		i.Digest = digest.String()
		return err
	}
	return nil
}

// Command is what a runtime executes: the entry point and its arguments.
func (i *Image) Command() []string {
	return append(append([]string{}, i.Config.Config.Entrypoint...), i.Config.Config.Cmd...)
}

// HasHealthcheck tells whether an engine of Docker's kind runs a command of the image
// in its container again and again, which no CRI runtime does.
func (i *Image) HasHealthcheck() bool {
	check := i.Config.Config.Healthcheck
	return check != nil && len(check.Test) > 0 && check.Test[0] != "NONE"
}

// architecture is that of the entry point's ELF header, and empty where there is none.
func (i *Image) architecture(ctx context.Context) string {
	command := i.Command()
	if len(command) == 0 {
		return ""
	}
	location, _, err := i.Root.Lookup(command[0])
	if err != nil {
		return ""
	}
	content, err := i.Root.Content(ctx, location.File, loader.MaxFile)
	if err != nil {
		return ""
	}
	entry, err := program.Parse(content)
	if err != nil {
		return ""
	}
	return entry.Architecture()
}
