// Package image finds a sandbox image wherever it is kept, reads it without an
// engine, and judges the requirements that need none.
package image

import (
	"context"
	"errors"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Source is one image, for all the platforms that it is kept for.
type Source struct {
	// Reference is what the image was asked for by.
	Reference string
}

// Open finds the image that the reference names: oci:DIR[:TAG],
// oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], or else a tag or digest in
// a registry. Archives may be compressed with gzip. The context has to outlive
// the Source, which has to be closed.
func Open(ctx context.Context, reference string) (*Source, error) {
	return nil, errors.New("not written yet")
}

// Local tells whether the reference names a file or directory rather than an
// image in an engine or registry.
func Local(reference string) bool { return false }

// Saved is the image in the archive that an engine writes when it is asked to
// save the reference. An engine holds no index: IMG-INDEX is not testable on it.
func Saved(ctx context.Context, reference string, archive io.Reader) (*Source, error) {
	return nil, errors.New("not written yet")
}

// Close removes the Source's temporary files.
func (s *Source) Close() error { return nil }

// Platforms are those that the image is kept for, in the order of its index.
func (s *Source) Platforms() []v1.Platform { return nil }

// Subject reads the image of one platform.
func (s *Source) Subject(ctx context.Context, platform v1.Platform) (*Subject, error) {
	return nil, errors.New("not written yet")
}

// ParsePlatform reads os/architecture[/variant].
func ParsePlatform(text string) (v1.Platform, error) {
	return v1.Platform{}, errors.New("not written yet")
}
