package image

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"github.com/podsandbox/pause/conformance/image/bounded"
)

// inLayout are the only names that an OCI layout's reader asks for.
var inLayout = regexp.MustCompile(`^(oci-layout|index\.json|blobs/[a-z0-9]+/[0-9a-f]+)$`)

// archive is a tar file that has been read to its end once.
type archive struct {
	file  string
	sizes map[string]int64 // of its regular files, by their clean names
}

// openArchive returns an archive that needs no decompression: where the file is
// compressed, it is a copy in the source's directory.
func (s *Source) openArchive(ctx context.Context, file string) (*archive, error) {
	compressed, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer compressed.Close()
	content := bufio.NewReader(compressed)
	if magic, _ := content.Peek(2); string(magic) == "\x1f\x8b" {
		plain, err := gzip.NewReader(content)
		if err != nil {
			return nil, err
		}
		if file, err = s.spool(ctx, plain); err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
	}
	opened := &archive{file, map[string]int64{}}
	return opened, opened.each(ctx, s.limits.Entries, s.limits.Bytes, func(name string, header *tar.Header, _ io.Reader) error {
		if _, twice := opened.sizes[name]; twice {
			return fmt.Errorf("holds %q twice", name)
		}
		opened.sizes[name] = header.Size
		return nil
	})
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

// each calls visit for the regular files of the archive.
func (a *archive) each(ctx context.Context, entries int, bytes int64, visit func(string, *tar.Header, io.Reader) error) error {
	file, err := os.Open(a.file)
	if err != nil {
		return err
	}
	defer file.Close()
	files := tar.NewReader(bounded.Reader(ctx, file, bytes))
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
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := visit(path.Clean(header.Name), header, files); err != nil {
			return err
		}
	}
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
	return dir, archive.each(ctx, s.limits.Entries, s.limits.Bytes, func(name string, _ *tar.Header, content io.Reader) error {
		if !inLayout.MatchString(name) {
			return nil
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, content)
		return errors.Join(err, file.Close())
	})
}
