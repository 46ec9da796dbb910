package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

// inLayout are the only names that an OCI layout's reader asks for.
var inLayout = regexp.MustCompile(`^(oci-layout|index\.json|blobs/[a-z0-9]+/[0-9a-f]+)$`)

// archive is a tar file that has been read to its end once.
type archive struct {
	file    string
	members map[string]member // by their clean names
}

// member is a file of an archive: its content lies in one piece, or it is a link.
type member struct {
	offset, size int64
	link         string // the clean name of another member
}

// openArchive returns an archive that needs no decompression: where the file is
// compressed, it is a copy in the source's directory.
func (s *Source) openArchive(ctx context.Context, file string) (*archive, error) {
	if file, err := os.Stat(file); err != nil {
		return nil, err
	} else if !file.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file; pass a file, or a directory as oci:DIR", file.Name())
	}
	content, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	plain, format, err := compression.Reader(bounded.Reader(ctx, content, s.limits.Bytes))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	if format != compression.None {
		if file, err = s.spool(ctx, plain); err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
	}
	result := &archive{file, map[string]member{}}
	return result, result.index(ctx, s.limits.Entries, s.limits.Bytes)
}

// spool copies a stream to a file in the source's directory.
func (s *Source) spool(ctx context.Context, stream io.Reader) (string, error) {
	temporary, err := s.directory()
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(temporary, "archive-")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, bounded.Reader(ctx, stream, s.limits.Bytes))
	return file.Name(), errors.Join(err, file.Close())
}

// unpackLayout writes the archive's OCI layout, and nothing else of it, to the
// source's directory.
func (s *Source) unpackLayout(ctx context.Context, archive *archive) (string, error) {
	temporary, err := s.directory()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(temporary, "layout")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	for name, member := range archive.members {
		if !inLayout.MatchString(name) || member.link != "" {
			continue
		}
		if err := archive.extract(ctx, name, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func (a *archive) extract(ctx context.Context, name, target string) error {
	content, file, err := a.content(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	output, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(output, bounded.Reader(ctx, content, content.Size()))
	return errors.Join(err, output.Close())
}
