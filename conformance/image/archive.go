package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

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
	compressed, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer compressed.Close()
	plain, format, err := compression.Reader(bounded.Reader(ctx, compressed, s.limits.Bytes))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	if format != compression.None {
		if file, err = s.spool(ctx, plain); err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
	}
	opened := &archive{file, map[string]member{}}
	return opened, opened.index(ctx, s.limits.Entries, s.limits.Bytes)
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

// counter counts what is read through it, and cannot seek: so it knows where in the
// file the content of a member starts.
type counter struct {
	io.Reader
	bytes int64
}

func (c *counter) Read(buffer []byte) (int, error) {
	n, err := c.Reader.Read(buffer)
	c.bytes += int64(n)
	return n, err
}

// index finds the members of the archive.
func (a *archive) index(ctx context.Context, entries int, bytes int64) error {
	file, err := os.Open(a.file)
	if err != nil {
		return err
	}
	defer file.Close()
	position := &counter{Reader: bounded.Reader(ctx, file, bytes)}
	files := tar.NewReader(position)
	for ; ; entries-- {
		header, err := files.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not a whole tar archive: %w", err)
		}
		if bytes -= header.Size; bytes < 0 || entries == 0 {
			return errors.New("too large an archive for a sandbox image")
		}
		if err := a.add(header, position.bytes); err != nil {
			return err
		}
	}
}

func (a *archive) add(header *tar.Header, offset int64) error {
	name := path.Clean(header.Name)
	next := member{offset: offset, size: header.Size}
	switch header.Typeflag {
	case tar.TypeReg:
	case tar.TypeSymlink:
		next.link = path.Join(path.Dir(name), header.Linkname)
	case tar.TypeLink:
		next.link = path.Clean(header.Linkname)
	default:
		return nil
	}
	for record := range header.PAXRecords {
		if strings.HasPrefix(record, "GNU.sparse.") {
			return fmt.Errorf("holds %q as a sparse file, which is not read", name)
		}
	}
	if _, twice := a.members[name]; twice {
		return fmt.Errorf("holds %q twice", name)
	}
	a.members[name] = next
	return nil
}

// content is the content of the member, wherever links lead.
func (a *archive) content(name string) (*io.SectionReader, io.Closer, error) {
	const maxLinks = 10
	clean := path.Clean(name)
	for range maxLinks {
		found, there := a.members[clean]
		if !there {
			return nil, nil, fmt.Errorf("it has no %q", name)
		}
		if found.link == "" {
			file, err := os.Open(a.file)
			if err != nil {
				return nil, nil, err
			}
			return io.NewSectionReader(file, found.offset, found.size), file, nil
		}
		clean = found.link
	}
	return nil, nil, fmt.Errorf("too many links from %q on", name)
}

// readAll returns the content of a member that is read whole.
func (a *archive) readAll(name string) ([]byte, error) {
	content, file, err := a.content(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if content.Size() > maxManifest {
		return nil, fmt.Errorf("%q: a size of %d bytes, at most %d are read", name, content.Size(), maxManifest)
	}
	return io.ReadAll(content)
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
	extracted, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(extracted, bounded.Reader(ctx, content, content.Size()))
	return errors.Join(err, extracted.Close())
}
