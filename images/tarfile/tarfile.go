// Package tarfile writes tar archives with nothing of the machine that writes them.
package tarfile

import (
	"archive/tar"
	"cmp"
	"io"
	"strings"
	"time"
)

// File is a regular file or directory that root owns, unless it says otherwise.
type File struct {
	// Name is a path without a slash at its begin, and with one at the end of a
	// directory.
	Name string

	// Mode is that of the permissions.
	Mode int64

	// Time is the file's, in seconds.
	Time time.Time

	Content []byte

	// Type is one of archive/tar, and 0 by the name. Link is the target of a link.
	Type byte
	Link string

	UID, GID int

	// Capabilities are the value of security.capability, see capabilities(7).
	Capabilities string
}

// Write archives the files in their order. The same bytes come from the same files.
func Write(w io.Writer, files []File) error {
	archive := tar.NewWriter(w)
	for _, file := range files {
		kind := byte(tar.TypeReg)
		if strings.HasSuffix(file.Name, "/") {
			kind = tar.TypeDir
		}
		header := &tar.Header{
			Typeflag: cmp.Or(file.Type, kind),
			Name:     file.Name,
			Linkname: file.Link,
			Mode:     file.Mode,
			Uid:      file.UID,
			Gid:      file.GID,
			Size:     int64(len(file.Content)),
			ModTime:  file.Time,
		}
		if file.Capabilities != "" {
			header.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": file.Capabilities}
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(file.Content); err != nil {
			return err
		}
	}
	return archive.Close()
}
