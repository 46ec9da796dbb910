// Package image finds a sandbox image wherever it is kept, reads it without an
// engine, and judges the requirements that need none.
package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// Source is one image, for all the platforms that it is kept for.
type Source struct {
	// Reference is what the image was asked for by.
	Reference string

	entries []entry
	check   sizeCheck

	// checkLayer refuses a layer that is no regular file, where layers are files.
	checkLayer sizeCheck

	// keep brings an image's layers here, where they are not.
	keep func(v1.Image) (v1.Image, error)

	// index has no platforms: they are those of the entries.
	index Index

	// stop ends the requests to a registry.
	stop context.CancelFunc

	// temporary is the directory for copies of archives, once there is one.
	temporary string
	limits    rootfs.Limits
}

// kinds are the prefixes of references to files.
var kinds = []string{"oci:", "oci-archive:", "docker-archive:"}

// Local tells whether the reference names a file or directory rather than an
// image in an engine or registry.
func Local(reference string) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(reference, kind) })
}

// Split returns the kind of a local reference ("oci"), its file or directory, and its
// tag, if it has one.
func Split(reference string) (kind, file, tag string) {
	kind, rest, _ := strings.Cut(reference, ":")
	file, tag = splitTag(rest)
	return kind, file, tag
}

// Open finds the image that the reference names: oci:DIR[:TAG],
// oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], or else a tag or digest in
// a registry. Archives may be compressed with
// gzip, zstd or bzip2. The context has to outlive
// the Source, which has to be closed.
func Open(ctx context.Context, reference string) (*Source, error) {
	return open(reference, rootfs.DefaultLimits, func(s *Source) error { return s.read(ctx) })
}

// Saved is the image in the archive that an engine writes when it is asked to
// save the reference. An engine holds no index: IMG-INDEX is not testable on it.
func Saved(ctx context.Context, reference string, archive io.Reader) (*Source, error) {
	return open(reference, rootfs.DefaultLimits, func(s *Source) error { return s.readSaved(ctx, archive) })
}

func open(reference string, limits rootfs.Limits, read func(*Source) error) (*Source, error) {
	s := &Source{Reference: reference, limits: limits, stop: func() {}}
	err := read(s)
	if err == nil && len(s.entries) == 0 {
		err = errors.New("holds no image of a container")
	}
	if err != nil {
		return nil, s.failed(errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Source) read(ctx context.Context) error {
	kind, file, tag := Split(s.Reference)
	switch kind + ":" {
	case "oci:":
		return s.readLayout(ctx, file, tag)
	case "oci-archive:":
		archive, err := s.openArchive(ctx, file)
		if err != nil {
			return err
		}
		return s.readLayoutArchive(ctx, archive, tag)
	case "docker-archive:":
		archive, err := s.openArchive(ctx, file)
		if err != nil {
			return err
		}
		s.index.Unknown = "a docker archive holds one platform and no index; pass oci:DIR, oci-archive:FILE or the image's name in a registry"
		return s.readDocker(ctx, archive, tag)
	}
	switch file, err := os.Stat(s.Reference); {
	case err == nil && file.IsDir():
		return errors.New("is a directory; pass it as oci:DIR")
	case err == nil:
		return errors.New("is a file; pass it as oci-archive:FILE or docker-archive:FILE")
	case strings.HasPrefix(s.Reference, "/"), strings.HasPrefix(s.Reference, "."):
		return fmt.Errorf("%w; a file is passed as oci:DIR, oci-archive:FILE or docker-archive:FILE", err)
	}
	return s.readRegistry(ctx, s.Reference)
}

func (s *Source) readLayoutArchive(ctx context.Context, archive *archive, tag string) error {
	if _, whole := archive.members["index.json"]; !whole {
		return errors.New("no OCI archive, or cut short: it has no index.json; what docker save writes is a docker-archive:FILE")
	}
	dir, err := s.unpackLayout(ctx, archive)
	if err != nil {
		return err
	}
	return s.readLayout(ctx, dir, tag)
}

// readSaved prefers the OCI layout that newer engines save: it holds the
// manifest's digest, and every platform that the engine has.
func (s *Source) readSaved(ctx context.Context, stream io.Reader) error {
	s.index.Unknown = "an engine holds no index; pass the image's name in a registry, oci:DIR or oci-archive:FILE with --profile static"
	file, err := s.spool(ctx, stream)
	if err != nil {
		return err
	}
	archive, err := s.openArchive(ctx, file)
	if err != nil {
		return err
	}
	if _, isLayout := archive.members["index.json"]; !isLayout {
		return s.readDocker(ctx, archive, "")
	}
	return s.readLayoutArchive(ctx, archive, "")
}

// splitTag finds where the file's name ends: at the first colon before which
// there is such a file.
func splitTag(reference string) (file, tag string) {
	for i, character := range reference {
		if character != ':' {
			continue
		}
		if _, err := os.Stat(reference[:i]); err == nil {
			return reference[:i], reference[i+1:]
		}
	}
	return reference, ""
}

func (s *Source) directory() (string, error) {
	if s.temporary != "" {
		return s.temporary, nil
	}
	var err error
	s.temporary, err = os.MkdirTemp("", "conformance-image-")
	return s.temporary, err
}

// Close ends the requests to a registry, and removes the Source's temporary files.
func (s *Source) Close() error {
	s.stop()
	return os.RemoveAll(s.temporary)
}

// failed puts an error in one line, whatever a stranger's file or server says.
func (s *Source) failed(err error) error {
	return fmt.Errorf("image %q: %w", s.Reference, oneLine{err})
}
