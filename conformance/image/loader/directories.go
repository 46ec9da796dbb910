package loader

import (
	"path"
	"strings"
)

// libraryRoots are where glibc looks last, see ld.so(8). Debian and its kin have a
// directory per architecture in each.
var libraryRoots = []string{"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/lib32", "/usr/lib32"}

func (l *linker) glibcDirectories() []string {
	var directories []string
	for _, root := range libraryRoots {
		for _, name := range l.tree.Names(root) {
			if strings.Contains(name, "-linux-") {
				directories = append(directories, path.Join(root, name))
			}
		}
		directories = append(directories, root)
	}
	return directories
}

// muslDirectories are those of /etc/ld-musl-ARCH.path where there is such a file.
func (l *linker) muslDirectories() []string {
	architecture := strings.TrimSuffix(strings.TrimPrefix(path.Base(l.entry.Program.Interpreter), "ld-musl-"), ".so.1")
	location, _, err := l.tree.Lookup("/etc/ld-musl-" + architecture + ".path")
	if err == nil {
		if content, err := l.tree.Content(l, location.File, maxCache); err == nil {
			return strings.FieldsFunc(string(content), func(r rune) bool { return r == ':' || r == '\n' })
		}
	}
	return []string{"/lib", "/usr/local/lib", "/usr/lib"}
}

// expand replaces the tokens of ld.so(8). $LIB is one of several names, by the
// distribution.
func expand(object *Object, paths []string) []string {
	var directories []string
	origin := path.Dir(object.Path)
	for _, directory := range paths {
		directory = strings.NewReplacer("$ORIGIN", origin, "${ORIGIN}", origin).Replace(directory)
		if !strings.Contains(directory, "$LIB") && !strings.Contains(directory, "${LIB}") {
			directories = append(directories, directory)
			continue
		}
		for _, lib := range []string{"lib64", "lib"} {
			directories = append(directories, strings.NewReplacer("$LIB", lib, "${LIB}", lib).Replace(directory))
		}
	}
	return directories
}
