package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

const (
	// maxLinks is how many symbolic links the kernel follows for one path, see
	// path_resolution(7).
	maxLinks = 40

	// maxSteps bounds the time that all look-ups in a tree take together: links
	// to long paths of links make a short name take thousands of steps.
	maxSteps = 20e6

	// maxPath is PATH_MAX of Linux, in bytes.
	maxPath = 4096

	// maxNameLength is NAME_MAX of Linux, in bytes.
	maxNameLength = 255
)

// ErrNotDirectory says that a path goes through a file, or ends in a slash after one.
var ErrNotDirectory = errors.New("not a directory")

// Location is a file and the directory that it is in.
type Location struct {
	File *File

	name   string
	parent *Location
	length int // of the path, in bytes
}

// Path is free of symbolic links.
func (l *Location) Path() string {
	if l.parent == nil {
		return "/"
	}
	return strings.TrimSuffix(l.parent.Path(), "/") + "/" + l.name
}

// Lookup finds a file as a process inside would: it follows symbolic links, and
// nothing leads out of the root. The directories on the way
// are in the order of their first use. A file that is not there is
// fs.ErrNotExist.
func (t *Tree) Lookup(path string) (location *Location, directories []*Location, err error) {
	if len(path) >= maxPath {
		return nil, nil, fmt.Errorf("a path of %d bytes, which the kernel refuses", len(path))
	}
	at := &Location{File: t.root}
	rest, links := strings.Split(path, "/"), 0
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		if t.steps++; t.steps > maxSteps {
			return nil, nil, fmt.Errorf("the symbolic links of the image take too long to follow, %w", errLimit)
		}
		// A slash at the end asks for a directory as well, see path_resolution(7).
		if !at.File.Mode.IsDir() {
			return nil, nil, fmt.Errorf("%s: %s is %w", path, at.Path(), ErrNotDirectory)
		}
		if name == "" || name == "." {
			continue
		}
		directories = append(directories, at)
		if name == ".." {
			if at.parent != nil {
				at = at.parent
			}
			continue
		}
		next, there := at.File.children[name]
		switch {
		case !there:
			return nil, nil, fmt.Errorf("%s: no %s in %s: %w", path, name, at.Path(), fs.ErrNotExist)
		case next.Mode&fs.ModeSymlink == 0:
			at = &Location{next, name, at, at.length + 1 + len(name)}
			if at.length > maxPath {
				return nil, nil, fmt.Errorf("a path of more than %d bytes", maxPath)
			}
		case links == maxLinks:
			return nil, nil, fmt.Errorf("%s: too many symbolic links", path)
		default:
			links++
			if strings.HasPrefix(next.Link, "/") {
				at = &Location{File: t.root}
			}
			rest = append(strings.Split(next.Link, "/"), rest...)
		}
	}
	return at, directories, nil
}
