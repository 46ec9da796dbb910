package image

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// Subject is one platform of an image, read and verified whole.
type Subject struct {
	Source   *Source
	Platform v1.Platform

	// Digest is that of the manifest, or of the configuration where none is
	// kept: in docker's archives and older engines.
	Digest string

	Config *v1.ConfigFile
	Root   *rootfs.Tree

	image v1.Image

	// overhead is what is transferred besides the layers, in bytes.
	overhead int64

	// indexed is the platform that the index has the image under, if any.
	indexed *v1.Platform
}

// Subject reads the image of one platform. A platform without a variant is met
// by any.
func (s *Source) Subject(ctx context.Context, platform v1.Platform) (*Subject, error) {
	entry, found := find(s.entries, platform)
	if !found {
		return nil, s.failed(s.lacks(platform))
	}
	subject, err := s.subject(ctx, entry)
	if err != nil {
		return nil, s.failed(fmt.Errorf("%s: %w", entry.platform, err))
	}
	return subject, nil
}

func (s *Source) lacks(platform v1.Platform) error {
	remedy := "pass --platform " + join(s.Platforms())
	if s.index != "" {
		return fmt.Errorf("no %s in index %s; %s or push an index that has it", platform, s.index, remedy)
	}
	return fmt.Errorf("it is for %s, not for %s; %s or an image for it", join(s.Platforms()), platform, remedy)
}

func (s *Source) subject(ctx context.Context, entry entry) (*Subject, error) {
	image, err := entry.open()
	if err != nil {
		return nil, err
	}
	config, err := configOf(image, entry.descriptor, s.admit)
	if err != nil {
		return nil, err
	}
	if config == nil {
		return nil, errors.New("no image of a container")
	}
	if s.keep != nil {
		if image, err = s.keep(image); err != nil {
			return nil, err
		}
	}
	root, err := rootfs.Read(ctx, image, s.limits)
	if err != nil {
		return nil, err
	}
	subject := &Subject{Source: s, Platform: normalize(entry.platform), Config: config, Root: root, image: image}
	return subject, subject.identify(entry.descriptor)
}

func (s *Subject) identify(descriptor *v1.Descriptor) error {
	manifest, err := s.image.Manifest()
	if err != nil {
		return err
	}
	size, err := s.image.Size()
	if err != nil {
		return err
	}
	s.overhead = size + manifest.Config.Size
	s.Digest = manifest.Config.Digest.String()
	if descriptor != nil {
		s.Digest, s.indexed = descriptor.Digest.String(), descriptor.Platform
	} else if s.Source.noIndex == "" {
		digest, err := s.image.Digest()
		s.Digest = digest.String()
		return err
	}
	return nil
}

// Image is the image's content.
func (s *Subject) Image() v1.Image { return s.image }

// Archive writes the image as a docker archive, which engines load under the tag.
func (s *Subject) Archive(w io.Writer, tag string) error {
	parsed, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	if err := tarball.Write(parsed, s.image, w); err != nil {
		return s.Source.failed(fmt.Errorf("archive of %s: %w", s.Platform, err))
	}
	return nil
}
