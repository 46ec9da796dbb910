package image

import (
	"errors"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Subject is one platform of an image, read and found whole.
type Subject struct {
	Source   *Source
	Platform v1.Platform

	// Digest is that of the manifest, or of the configuration where none is
	// kept: in docker's archives and engines.
	Digest string

	Config *v1.ConfigFile
}

// Archive writes the image as a docker archive, which engines load under the tag.
func (s *Subject) Archive(w io.Writer, tag string) error {
	return errors.New("not written yet")
}
