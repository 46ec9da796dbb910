package main

import (
	"os"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

// weigh measures the files that an image from scratch would hold, and such an
// image.
func (s *sandbox) weigh(into *samples) error {
	files, err := s.files()
	if err != nil {
		return err
	}
	var content []byte
	for _, file := range files {
		part, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		content = append(content, part...)
	}
	into.add(fileBytes, float64(len(content)))
	release := images.Release{
		Version:  "bench",
		Revision: "da39a3ee5e6b4b0d3255bfef95601890afd80709", // of any commit, for its length
	}
	image, err := images.Image(release, freestanding.Program{Platform: platform(), Bytes: content})
	if err != nil {
		return err
	}
	size, err := images.Size(image)
	into.add(imageBytes, float64(size))
	return err
}
