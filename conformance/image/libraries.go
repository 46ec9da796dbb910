package image

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// libraryRoots are where the dynamic linkers of glibc and musl look, see
// ld.so(8). Debian and its kin have a directory per architecture in each.
var libraryRoots = []string{"/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib32", "/usr/lib32", "/usr/local/lib"}

// inMusl are the libraries that musl's dynamic linker is itself.
var inMusl = regexp.MustCompile(`^lib(c|pthread|rt|m|dl|util|xnet)\.`)

// maxRead is how many libraries are read for what they need in turn: each may take
// the reading of a whole layer.
const maxRead = 32

func judgeSelfContained(e *examination) Finding {
	return e.withProgram("a statically linked program, or its interpreter and libraries in the image", func(*program.Program) []string {
		return e.missing
	})
}

// link finds the interpreter and the libraries that the entry point needs, and
// those that they need in turn.
func (e *examination) link(ctx context.Context) {
	interpreter := e.program.Interpreter
	if interpreter != "" {
		found, _, err := e.Root.Lookup(interpreter)
		if err != nil || !found.File.Mode.IsRegular() {
			e.missing = append(e.missing, fmt.Sprintf("the interpreter %s is not in the image", interpreter))
		} else {
			e.libraries = append(e.libraries, found.File)
		}
	} else if len(e.program.Needed) > 0 {
		e.missing = append(e.missing, "there are libraries to load and no interpreter that does")
	}
	directories := append(runPaths(e.program, e.entry), e.searchPath()...)
	seen := map[string]bool{}
	for names, reads := e.program.Needed, 0; len(names) > 0; names = names[1:] {
		name := names[0]
		if seen[name] || strings.HasPrefix(path.Base(interpreter), "ld-musl-") && inMusl.MatchString(name) {
			continue
		}
		seen[name] = true
		found := e.lookUp(name, directories)
		if found == nil {
			e.missing = append(e.missing, fmt.Sprintf("the library %s is in none of the library directories", name))
			continue
		}
		e.libraries = append(e.libraries, found.File)
		if reads++; reads > maxRead {
			continue
		}
		if library := e.read(ctx, found); library != nil {
			names = append(names, library.Needed...)
			directories = append(directories, runPaths(library, found)...)
		}
	}
}

// read returns nil for what the dynamic linker would not load.
func (e *examination) read(ctx context.Context, found *rootfs.Found) *program.Program {
	content, err := e.Root.Content(ctx, found.File, maxProgram)
	if err != nil {
		return nil
	}
	library, err := program.Parse(content)
	if err != nil {
		return nil
	}
	return library
}

func runPaths(linked *program.Program, found *rootfs.Found) []string {
	var directories []string
	origin := path.Dir(found.Path())
	for _, runPath := range linked.RunPaths {
		directories = append(directories, strings.NewReplacer("$ORIGIN", origin, "${ORIGIN}", origin).Replace(runPath))
	}
	return directories
}

func (e *examination) searchPath() []string {
	var directories []string
	for _, variable := range e.Config.Config.Env {
		if paths, ok := strings.CutPrefix(variable, "LD_LIBRARY_PATH="); ok {
			directories = append(directories, strings.Split(paths, ":")...)
		}
	}
	for _, root := range libraryRoots {
		directories = append(directories, root)
		for _, name := range e.Root.Names(root) {
			if strings.Contains(name, "-linux-") {
				directories = append(directories, path.Join(root, name))
			}
		}
	}
	return directories
}

func (e *examination) lookUp(name string, directories []string) *rootfs.Found {
	if strings.Contains(name, "/") {
		directories = []string{"/"}
	}
	for _, directory := range directories {
		found, _, err := e.Root.Lookup(path.Join("/", directory, name))
		if err == nil && found.File.Mode.IsRegular() {
			return found
		}
	}
	return nil
}
