// Package cpio writes the archives that Linux unpacks as its first root file
// system: Documentation/driver-api/early-userspace/buffer-format.rst, "newc".
package cpio

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// File is one entry of an archive.
type File struct {
	// Name is the absolute path in the archive's file system.
	Name string

	// Mode has the permissions, and the type: a regular file, a directory, a
	// symbolic link or a character device.
	Mode fs.FileMode

	// Content is what a regular file holds, or where a symbolic link leads.
	Content []byte

	// Major and Minor number a character device.
	Major, Minor uint32
}

// Write writes an archive of the files, with the directories that lead to them.
// Of two files with one name, the later one counts. All belong to root.
func Write(w io.Writer, files []File) error {
	archive := &writer{w: w, directories: map[string]bool{"/": true}}
	for _, file := range files {
		archive.file(file)
	}
	archive.entry(File{Name: "/TRAILER!!!"}, 0)
	if archive.err != nil {
		return fmt.Errorf("write initramfs: %w", archive.err)
	}
	return nil
}

// writer keeps the first error and writes nothing after it.
type writer struct {
	w           io.Writer
	offset      int
	inode       int
	directories map[string]bool
	err         error
}

func (w *writer) file(file File) {
	file.Name = path.Clean("/" + file.Name)
	w.parents(path.Dir(file.Name))
	kind, ok := map[fs.FileMode]uint32{
		0:                                 unix.S_IFREG,
		fs.ModeDir:                        unix.S_IFDIR,
		fs.ModeSymlink:                    unix.S_IFLNK,
		fs.ModeDevice | fs.ModeCharDevice: unix.S_IFCHR,
	}[file.Mode.Type()]
	if !ok && w.err == nil {
		w.err = fmt.Errorf("%s: %s is no type for an initramfs", file.Name, file.Mode)
	}
	if file.Mode.IsDir() {
		if w.directories[file.Name] {
			return
		}
		w.directories[file.Name] = true
	}
	w.entry(file, kind|uint32(file.Mode.Perm())|special(file.Mode))
}

func special(mode fs.FileMode) (bits uint32) {
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: unix.S_ISUID, fs.ModeSetgid: unix.S_ISGID, fs.ModeSticky: unix.S_ISVTX} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}

// parents writes the directories that are not in the archive yet: the kernel
// creates a file only in a directory that it knows.
func (w *writer) parents(directory string) {
	var missing []string
	for ; !w.directories[directory]; directory = path.Dir(directory) {
		missing = append(missing, directory)
	}
	for _, directory := range slices.Backward(missing) {
		w.file(File{Name: directory, Mode: fs.ModeDir | 0o755})
	}
}

// entry writes a header, the name and the content, each padded to 4 bytes.
func (w *writer) entry(file File, mode uint32) {
	name := strings.TrimPrefix(file.Name, "/") + "\x00"
	w.inode++
	const links, owner, group, modified, device, checksum = 1, 0, 0, 0, 0, 0
	w.write(fmt.Appendf(nil, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		w.inode, mode, owner, group, links, modified, len(file.Content),
		device, device, file.Major, file.Minor, len(name), checksum))
	w.write([]byte(name))
	w.pad()
	w.write(file.Content)
	w.pad()
}

func (w *writer) write(content []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(content)
		w.offset += len(content)
	}
}

func (w *writer) pad() {
	w.write(make([]byte, (4-w.offset%4)%4))
}
