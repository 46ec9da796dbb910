package rootfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The names of whiteouts are those of the OCI image specification, layer.md.
const (
	whiteoutPrefix = ".wh."
	opaqueWhiteout = ".wh..wh..opq"
	aufsPrefix     = ".wh..wh." // bookkeeping of an old storage driver
)

// apply lays a layer over the tree. Whiteouts hide what the layers below hold,
// and nothing of their own layer, wherever in it they stand.
func (t *Tree) apply(ctx context.Context, entries []entry) error {
	for _, entry := range entries {
		if strings.HasPrefix(path.Base(entry.path), whiteoutPrefix) {
			if err := t.hide(entry.path); err != nil {
				return fmt.Errorf("entry %q: %w", entry.path, err)
			}
		}
	}
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if strings.HasPrefix(path.Base(entry.path), whiteoutPrefix) {
			continue
		}
		if err := t.add(entry); err != nil {
			return fmt.Errorf("entry %q: %w", entry.path, err)
		}
	}
	return nil
}

// hide returns an error for a whiteout that engines refuse, or make a directory of a file for.
func (t *Tree) hide(whiteout string) error {
	name := strings.TrimPrefix(path.Base(whiteout), whiteoutPrefix)
	if slices.Contains([]string{"", ".", ".."}, name) {
		return errors.New("a whiteout that names no file")
	}
	parent, _, err := t.Lookup(path.Dir(whiteout))
	if err != nil {
		return nil // There is nothing to hide.
	}
	if !parent.File.Mode.IsDir() {
		return fmt.Errorf("%s is not a directory", path.Dir(whiteout))
	}
	switch base := path.Base(whiteout); {
	case base == opaqueWhiteout:
		clear(parent.File.children)
	case !strings.HasPrefix(base, aufsPrefix):
		delete(parent.File.children, name)
	}
	return nil
}

func (t *Tree) add(entry entry) error {
	file := entry.file
	if entry.hardLink != "" {
		target, err := t.linkTarget(entry.hardLink)
		if err != nil {
			return err
		}
		target.takeAttributes(file)
		file = target
	}
	if entry.path == "." || entry.path == "" {
		if !file.Mode.IsDir() {
			return errors.New("the root is not a directory")
		}
		file.children = t.root.children
		t.root = file
		return nil
	}
	parent, err := t.directory(path.Dir(entry.path))
	if err != nil {
		return err
	}
	name := path.Base(entry.path)
	if before := parent.children[name]; before != nil && before.Mode.IsDir() && file.Mode.IsDir() {
		file.children = before.children
	}
	parent.children[name] = file
	return nil
}

// linkTarget does not follow the last name when it is a symbolic link: a hard link
// to one is another name of the link, see link(2).
func (t *Tree) linkTarget(target string) (*File, error) {
	parent, _, err := t.Lookup(path.Dir(target))
	if err != nil {
		return nil, fmt.Errorf("hard link to %w", err)
	}
	file := parent.File.children[path.Base(target)]
	if file == nil || file.Mode.IsDir() {
		return nil, fmt.Errorf("hard link to %q, which is no file of the image", target)
	}
	return file, nil
}

// directory makes the missing directories on the way to the directory.
func (t *Tree) directory(name string) (*File, error) {
	location, _, err := t.Lookup(name)
	if err == nil && !location.File.Mode.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", name)
	}
	if err == nil {
		return location.File, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	parent, err := t.directory(path.Dir(name))
	if err != nil {
		return nil, err
	}
	if parent.children[path.Base(name)] != nil {
		return nil, fmt.Errorf("%s leads nowhere", name)
	}
	if t.implied++; t.implied > t.limits.Entries {
		return nil, fmt.Errorf("too many directories in the image, %w", errLimit)
	}
	made := directory()
	parent.children[path.Base(name)] = made
	return made, nil
}
