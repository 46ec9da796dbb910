// Package rootfs flattens the layers of an image to the root file system that a
// container gets to see, without writing any of it to this machine's.
package rootfs

import (
	"archive/tar"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// File is an entry of the root file system. Hard links are names of one File.
type File struct {
	Mode     fs.FileMode
	UID, GID int
	Size     int64
	Link     string // the target of a symbolic link

	// Capabilities are the file's own, as the extended attribute
	// security.capability has them, see capabilities(7).
	Capabilities []byte

	children map[string]*File
	content  position
}

// position is where among the layers the content of a regular file lies.
type position struct{ layer, entry int }

// String describes the file as ls does, without its name.
func (f *File) String() string {
	return fmt.Sprintf("%s %d:%d %d bytes", f.Mode, f.UID, f.GID, f.Size)
}

// directory returns a directory that no layer has an entry for, as engines make it.
func directory() *File {
	return &File{Mode: fs.ModeDir | 0o755, children: map[string]*File{}}
}

func newFile(header *tar.Header, at position) *File {
	file := &File{
		Mode: mode(header), UID: header.Uid, GID: header.Gid, Size: header.Size, content: at,
	}
	switch header.Typeflag {
	case tar.TypeDir:
		file.children = map[string]*File{}
	case tar.TypeSymlink:
		file.Link = header.Linkname
	}
	return file
}

// mode goes by the type of the entry alone: tar.Header.FileInfo also believes
// the type bits that a mode may hold.
func mode(header *tar.Header) fs.FileMode {
	mode := fs.FileMode(header.Mode) & fs.ModePerm
	for bit, flag := range map[int64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if header.Mode&bit != 0 {
			mode |= flag
		}
	}
	switch header.Typeflag {
	case tar.TypeDir:
		mode |= fs.ModeDir
	case tar.TypeSymlink:
		mode |= fs.ModeSymlink
	case tar.TypeChar:
		mode |= fs.ModeDevice | fs.ModeCharDevice
	case tar.TypeBlock:
		mode |= fs.ModeDevice
	case tar.TypeFifo:
		mode |= fs.ModeNamedPipe
	}
	return mode
}

// walk calls visit for every file below this one, in the order of their paths.
func (f *File) walk(path string, visit func(path string, file *File)) {
	for _, name := range slices.Sorted(maps.Keys(f.children)) {
		child := f.children[name]
		visit(path+"/"+name, child)
		child.walk(path+"/"+name, visit)
	}
}

// takeAttributes gives the file the owner, mode and capabilities of an entry that
// is another name of it. Engines set them on the path of the link, and so on the
// file that both names have; of a symbolic link they set the owner alone. See
// handleLChmod and Lchown in github.com/moby/go-archive.
func (f *File) takeAttributes(entry *File) {
	f.UID, f.GID = entry.UID, entry.GID
	if f.Mode&fs.ModeSymlink != 0 {
		return
	}
	const settable = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky
	f.Mode = f.Mode&^settable | entry.Mode&settable
	// A change of the owner clears what capabilities there were.
	f.Capabilities = entry.Capabilities
}
