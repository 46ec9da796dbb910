package debian

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/podsandbox/pause/pause/kernels"
)

// Program returns a program of the tree, given by its absolute path in there,
// with its loader and the shared libraries that it needs, for a machine.
func (t Tree) Program(name string) ([]kernels.File, error) {
	content, err := os.ReadFile(filepath.Join(t.Dir, name))
	if err != nil {
		return nil, err
	}
	files := []kernels.File{{Name: name, Mode: 0o755, Content: content}}
	names := map[string]bool{}
	for i := 0; i < len(files); i++ {
		loader, libraries, err := needs(files[i].Content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", files[i].Name, err)
		}
		if loader != "" {
			libraries = append(libraries, path.Base(loader))
		}
		for _, library := range libraries {
			if names[library] {
				continue
			}
			names[library] = true
			content, err := t.findLibrary(library)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", files[i].Name, err)
			}
			// Every loader looks in /lib, where the loader itself is, too.
			files = append(files, kernels.File{Name: "/lib/" + library, Mode: 0o755, Content: content})
		}
	}
	return files, nil
}

func (t Tree) findLibrary(name string) ([]byte, error) {
	for _, pattern := range []string{"usr/lib/*", "lib/*", "usr/lib", "lib"} {
		if paths, _ := filepath.Glob(filepath.Join(t.Dir, pattern, name)); len(paths) > 0 {
			return os.ReadFile(paths[0])
		}
	}
	return nil, fmt.Errorf("no library %s in %s", name, t.Dir)
}

// needs returns the loader of a program, if it has one, and the names of the
// libraries that a program or library is linked with.
func needs(content []byte) (loader string, libraries []string, err error) {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return "", nil, err
	}
	for _, segment := range file.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		interpreter, err := io.ReadAll(segment.Open())
		if err != nil {
			return "", nil, err
		}
		loader = string(bytes.TrimRight(interpreter, "\x00"))
	}
	libraries, err = file.ImportedLibraries()
	return loader, libraries, err
}
