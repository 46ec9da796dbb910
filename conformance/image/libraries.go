package image

import (
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

func judgeSelfContained(e *examination) Finding {
	return e.withProgram("a statically linked program, or its interpreter and libraries in the image", func(*program.Program) []string {
		_, missing := e.dependencies()
		return missing
	})
}

// dependencies returns the interpreter and the libraries of the entry point that
// are in the image, and what is not.
func (e *examination) dependencies() (files []*rootfs.File, missing []string) {
	if e.program == nil {
		return nil, nil
	}
	interpreter := e.program.Interpreter
	if interpreter != "" {
		found, _, err := e.Root.Lookup(interpreter)
		if err != nil || !found.File.Mode.IsRegular() {
			missing = append(missing, fmt.Sprintf("the interpreter %s is not in the image", interpreter))
		} else {
			files = append(files, found.File)
		}
	} else if len(e.program.Needed) > 0 {
		missing = append(missing, "there are libraries to load and no interpreter that does")
	}
	directories := e.libraryDirectories()
	for _, name := range e.program.Needed {
		if strings.HasPrefix(path.Base(interpreter), "ld-musl-") && inMusl.MatchString(name) {
			continue
		}
		if file := e.library(name, directories); file != nil {
			files = append(files, file)
		} else {
			missing = append(missing, fmt.Sprintf("the library %s is in none of the library directories", name))
		}
	}
	return files, missing
}

func (e *examination) libraryDirectories() []string {
	var directories []string
	origin := path.Dir(e.entry.Path())
	for _, runPath := range e.program.RunPaths {
		directories = append(directories, strings.NewReplacer("$ORIGIN", origin, "${ORIGIN}", origin).Replace(runPath))
	}
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

func (e *examination) library(name string, directories []string) *rootfs.File {
	if strings.Contains(name, "/") {
		directories = []string{"/"}
	}
	for _, directory := range directories {
		found, _, err := e.Root.Lookup(path.Join("/", directory, name))
		if err == nil && found.File.Mode.IsRegular() {
			return found.File
		}
	}
	return nil
}
