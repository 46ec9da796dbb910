package image

import (
	"context"
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Index describes the index that leads to an image.
type Index struct {
	// Digest is empty where a single manifest is the image.
	Digest string

	// Platforms are all that the index or the configurations of its images name, in its
	// order: those that are not in this source as well, and those that are not for Linux.
	Platforms []v1.Platform

	// Unknown says why it cannot be known whether there is an index.
	Unknown string
}

// Index tells of the source's index.
func (s *Source) Index() Index {
	index := s.index
	for _, entry := range s.entries {
		if !entry.guessed || index.Digest == "" {
			index.Platforms = append(index.Platforms, entry.platform)
		}
	}
	return index
}

// Platforms are those that the image is kept for, in the order of its index.
func (s *Source) Platforms() []v1.Platform { return s.platforms(false) }

// Absent are the platforms that the index names and whose images are not here, as in
// an archive of what an engine has pulled for its own platform.
func (s *Source) Absent() []v1.Platform { return s.platforms(true) }

func (s *Source) platforms(absent bool) []v1.Platform {
	var platforms []v1.Platform
	for _, entry := range s.entries {
		if (entry.absent != nil) == absent {
			platforms = append(platforms, Normalize(entry.platform))
		}
	}
	return platforms
}

// settle brings the entries in order once all are known. It fails when none of them is
// there.
func (s *Source) settle(ctx context.Context) error {
	s.entries = slices.DeleteFunc(s.entries, func(entry entry) bool {
		return entry.absent != nil && entry.platform.Architecture == "" && len(s.entries) > 1
	})
	for i := range s.entries {
		next := &s.entries[i]
		if next.absent != nil || next.platform.OS != "" && next.platform.Architecture != "" {
			continue
		}
		next.guessed = true
		architecture := ""
		if next.platform.Architecture == "" {
			// What cannot be read is an error when the image is asked for.
			if image, err := s.image(ctx, *next); err == nil {
				architecture = image.architecture(ctx)
			}
		}
		next.platform = complete(next.platform, architecture)
	}
	if len(s.Platforms()) == 0 && len(s.entries) > 0 {
		return s.entries[0].absent
	}
	return nil
}

// remedy names the platforms that can be judged.
func (s *Source) remedy() string {
	var linux []v1.Platform
	for _, platform := range s.Platforms() {
		if platform.OS == "linux" {
			linux = append(linux, platform)
		}
	}
	if len(linux) == 0 {
		return "pass an image for Linux"
	}
	return "pass --platform " + Join(linux)
}

func (s *Source) lacks(platform v1.Platform) error {
	if s.index.Digest != "" {
		return fmt.Errorf("no %s in index %s; %s or push an index that has it", platform, s.index.Digest, s.remedy())
	}
	return fmt.Errorf("it is for %s, not for %s; %s or an image for it", Join(s.Platforms()), platform, s.remedy())
}
