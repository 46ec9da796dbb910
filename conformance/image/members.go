package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/podsandbox/pause/conformance/image/bounded"
)

// counter counts the bytes that are read through it, and cannot seek: so it knows where in the
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
		target, there := a.members[clean]
		if !there {
			return nil, nil, fmt.Errorf("it has no %q", name)
		}
		if target.link == "" {
			file, err := os.Open(a.file)
			if err != nil {
				return nil, nil, err
			}
			return io.NewSectionReader(file, target.offset, target.size), file, nil
		}
		clean = target.link
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
