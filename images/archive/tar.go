package archive

import (
	"archive/tar"
	"io"
	"io/fs"
	"time"

	"github.com/podsandbox/pause/images/internal/tree"
)

// writeTar archives the files in the order of their paths, with nothing of the
// file system that they lie in: owners, modes and times are fixed.
func writeTar(w io.Writer, files fs.FS) error {
	archive := tar.NewWriter(w)
	err := tree.EachFile(files, func(path string, content []byte) error {
		header := &tar.Header{
			Typeflag: tar.TypeReg,
			Name:     path,
			Mode:     0o644,
			Size:     int64(len(content)),
			ModTime:  time.Unix(0, 0),
			Format:   tar.FormatUSTAR,
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err := archive.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}
