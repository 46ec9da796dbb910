package loader

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// maxDirectories is how many directories a library is looked for in.
const maxDirectories = 1024

var errDirectories = fmt.Errorf("more than %d library directories, which are not directories", maxDirectories)

// inMusl are the libraries that musl's dynamic linker is itself.
var inMusl = regexp.MustCompile(`^lib(c|pthread|rt|m|dl|util|xnet)\.`)

// loadLibraries loads what the program needs, and what that needs in turn.
func (l *linker) loadLibraries() error {
	if l.entry.Program.Interpreter == "" {
		if len(l.entry.Program.Needed) > 0 {
			l.fault("there are libraries to load and no interpreter that does")
		}
		return nil
	}
	type need struct {
		name string
		by   *Object
	}
	needs := []need{}
	enqueue := func(by *Object) {
		for _, name := range by.Program.Needed {
			needs = append(needs, need{name, by})
		}
	}
	enqueue(l.entry)
	visits := map[string]bool{}
	for ; len(needs) > 0; needs = needs[1:] {
		next := needs[0]
		if visits[next.name] || l.musl() && inMusl.MatchString(next.name) {
			continue
		}
		if visits[next.name] = true; len(visits) > maxLibraries {
			return fmt.Errorf("more than %d libraries, which are not read", maxLibraries)
		}
		library, err := l.find(next.name, next.by)
		if err != nil {
			return fmt.Errorf("library %s: %w", next.name, err)
		}
		if library != nil {
			l.process.Objects = append(l.process.Objects, library)
			enqueue(library)
		}
	}
	return nil
}

// find tries the candidates in the linker's order. A candidate that not every user can
// read is none: the linker goes on to the next one for those who cannot.
func (l *linker) find(name string, by *Object) (*Object, error) {
	candidates, err := l.candidates(name, by)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, candidate := range candidates {
		location, directories, err := l.tree.Lookup(candidate)
		if err != nil {
			continue // absent, whatever on the way is the reason
		}
		l.process.Files = append(l.process.Files, location.File)
		unreachable := unsearchable(directories)
		if classes := rootfs.Denied(location.File.Mode, rootfs.Reading); classes != "" {
			unreachable = append(unreachable, fmt.Sprintf("%s may not read %s: mode %s", classes, candidate, location.File.Mode))
		}
		if len(unreachable) > 0 {
			faults = append(faults, unreachable...)
			continue
		}
		library, defect, err := l.parse(location.File)
		switch {
		case errors.Is(err, fs.ErrInvalid): // not a regular file
			defect = fmt.Errorf("mode %s", location.File.Mode)
		case err != nil:
			return nil, err
		}
		if defect != nil {
			l.fault("the library %s: %s is not an ELF file: %v", name, candidate, defect)
			return nil, nil
		}
		if library.Machine() == l.entry.Program.Machine() {
			return &Object{Path: candidate, File: location.File, Program: library, loader: by}, nil
		}
		faults = append(faults, fmt.Sprintf("%s is for %s", candidate, library.Machine()))
		if l.musl() {
			break // glibc goes on to the next one, see open_verify in elf/dl-load.c
		}
	}
	if len(faults) == 0 {
		l.fault("the library %s is in none of the library directories", name)
	} else {
		l.fault("the library %s: %s", name, strings.Join(faults, ", "))
	}
	return nil, nil
}

// candidates are the paths that the linker tries, see ld.so(8) and, of musl,
// load_library in ldso/dynlink.c.
func (l *linker) candidates(name string, by *Object) ([]string, error) {
	if strings.Contains(name, "/") {
		return []string{l.absolute(name)}, nil
	}
	var directories []string
	switch {
	case l.musl():
		directories = append(directories, l.environment.LibraryPath...)
		for object := by; object != nil; object = object.loader {
			directories = append(directories, expand(object, slices.Concat(object.Program.RPaths, object.Program.RunPaths))...)
			if len(directories) > maxDirectories {
				return nil, errDirectories
			}
		}
		return l.in(append(directories, l.muslDirectories()...), name), nil
	case len(by.Program.RunPaths) == 0:
		for object := by; object != nil; object = object.loader {
			if len(object.Program.RunPaths) == 0 {
				directories = append(directories, expand(object, object.Program.RPaths)...)
			}
			if len(directories) > maxDirectories {
				return nil, errDirectories
			}
		}
	}
	directories = append(directories, l.environment.LibraryPath...)
	directories = append(directories, expand(by, by.Program.RunPaths)...)
	entries, err := l.fromCache(name)
	if err != nil {
		return nil, err
	}
	candidates := append(l.in(directories, name), entries...)
	if by.Program.NoDefaults {
		return candidates, nil
	}
	return append(candidates, l.in(l.glibcDirectories(), name)...), nil
}

func (l *linker) in(directories []string, name string) []string {
	var candidates []string
	for _, directory := range directories {
		candidates = append(candidates, path.Join(l.absolute(directory), name))
	}
	return candidates
}
