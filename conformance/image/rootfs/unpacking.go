package rootfs

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/image/bounded"
)

// unpacking is a tree on its way into a directory.
type unpacking struct {
	*Tree
	root        *os.Root
	names       map[*File]string // the first of each file's
	regular     map[position]*File
	directories []namedFile
	hardLinks   []namedFile
}

type namedFile struct {
	name string
	file *File
}

// make makes directories and symbolic links, and leaves all else for later.
func (u *unpacking) make(name string, file *File) error {
	if _, again := u.names[file]; again {
		u.hardLinks = append(u.hardLinks, namedFile{name, file})
		return nil
	}
	switch {
	case file.Mode.IsDir():
		u.directories = append(u.directories, namedFile{name, file})
		return u.root.Mkdir(name, 0o700)
	case file.Mode.IsRegular():
		u.names[file], u.regular[file.content] = name, file
	case file.Mode&fs.ModeSymlink != 0:
		u.names[file] = name
		if err := u.root.Symlink(file.Link, name); err != nil {
			return err
		}
		return u.setOwner(name, file)
	}
	return nil
}

// writeContents reads a layer once and writes the files that the tree has of it.
func (u *unpacking) writeContents(ctx context.Context, layer int) error {
	stream, _, err := openLayer(u.layers[layer])
	if err != nil {
		return err
	}
	defer stream.Close()
	archive := tar.NewReader(bounded.Reader(ctx, stream, u.limits.Bytes))
	for entry := 0; ; entry++ {
		if _, err := archive.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		file := u.regular[position{layer, entry}]
		if file == nil {
			continue
		}
		if err := u.write(u.names[file], file, bounded.Reader(ctx, archive, file.Size)); err != nil {
			return err
		}
	}
}

func (u *unpacking) write(name string, file *File, content io.Reader) error {
	output, err := u.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(output, content)
	if err := errors.Join(err, output.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return u.setAttributes(name, file)
}

// setAttributes sets the mode after the owner, and capabilities last: a change of
// the owner clears setuid bits and capabilities, see chown(2).
func (u *unpacking) setAttributes(name string, file *File) error {
	if err := u.setOwner(name, file); err != nil {
		return err
	}
	if len(file.Capabilities) > 0 && file.Mode.IsRegular() && os.Geteuid() == 0 {
		handle, err := u.root.Open(name)
		if err != nil {
			return err
		}
		defer handle.Close()
		if err := unix.Fsetxattr(int(handle.Fd()), capabilityName, file.Capabilities, 0); err != nil {
			return fmt.Errorf("%s: set %s: %w", name, capabilityName, err)
		}
	}
	return u.root.Chmod(name, file.Mode&(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky))
}

func (u *unpacking) setOwner(name string, file *File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return u.root.Lchown(name, file.UID, file.GID)
}
