package rootfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

// Unpack writes the tree into a directory that exists and is empty. Nothing is
// written outside of it: os.Root checks each path, and no path of the tree goes
// through a symbolic link. Modes are kept, setuid bits and file capabilities
// included, and so are owners where the process is root; elsewhere every file
// belongs to the process. Device nodes and FIFOs are left out, since a runtime
// mounts a /dev of its own and a node's device has no place below a directory of
// the host. The error names the file; what has been written stays.
func (t *Tree) Unpack(ctx context.Context, directory string) error {
	if err := t.unpack(ctx, directory); err != nil {
		return fmt.Errorf("unpack the root file system into %s: %w", directory, err)
	}
	awaitForks()
	return nil
}

// awaitForks waits for children that this process has forked while a file was open: until they
// execute their programs they have it open for writing, and nobody can execute it (golang/go#22315).
func awaitForks() {
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
}

func (t *Tree) unpack(ctx context.Context, directory string) (err error) {
	there, err := os.ReadDir(directory)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return errors.New("it is not empty; pass an empty directory")
	}
	if err := t.checkUnpacked(); err != nil {
		return err
	}
	root, err := os.OpenRoot(directory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	u := &unpacking{Tree: t, root: root, names: map[*File]string{}, regular: map[position]*File{}, directories: []namedFile{{".", t.root}}}
	t.Walk(func(path string, file *File) {
		if err == nil {
			err = errors.Join(ctx.Err(), u.make(strings.TrimPrefix(path, "/"), file))
		}
	})
	if err != nil {
		return err
	}
	for layer := range t.layers {
		if err := u.writeContents(ctx, layer); err != nil {
			return err
		}
	}
	for _, link := range u.hardLinks {
		if err := root.Link(u.names[link.file], link.name); err != nil {
			return err
		}
	}
	// A directory that its owner may not write to takes its mode after its files.
	for _, directory := range slices.Backward(u.directories) {
		if err := u.setAttributes(directory.name, directory.file); err != nil {
			return err
		}
	}
	return nil
}

// checkUnpacked bounds what Unpack takes: a sparse file of an archive may have any
// size, and os.Root opens each directory of a path.
func (t *Tree) checkUnpacked() (err error) {
	budget, steps, visits := t.limits.Bytes, 0, map[*File]bool{}
	t.Walk(func(path string, file *File) {
		steps += strings.Count(path, "/")
		if file.Mode.IsRegular() && !visits[file] && budget >= 0 {
			visits[file] = true
			budget -= file.Size
		}
	})
	switch {
	case budget < 0:
		return fmt.Errorf("the files have more than %d bytes together", t.limits.Bytes)
	case steps > maxSteps:
		return errors.New("the paths of the image are too deep together")
	}
	return nil
}
