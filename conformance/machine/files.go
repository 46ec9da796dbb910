package machine

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/pause/kernels"
)

// addSuite finds the suite's program for the platform.
func (m *Machine) addSuite(_ context.Context, options Options) error {
	m.Init = options.Suite
	if m.Init == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		m.Init = filepath.Join(filepath.Dir(self), "pause-conformance-"+strings.ReplaceAll(options.Platform, "/", "-"))
	}
	if _, err := program(m.Init, "/init"); err != nil {
		return fmt.Errorf("the suite's program for the platform: %w; name it with --program", err)
	}
	return nil
}

// program returns a static program as a file of the machine.
func program(file, name string) (kernels.File, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return kernels.File{}, err
	}
	elfFile, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return kernels.File{}, fmt.Errorf("%s: %w", file, err)
	}
	for _, segment := range elfFile.Progs {
		if segment.Type == elf.PT_INTERP {
			return kernels.File{}, fmt.Errorf("%s is dynamically linked, and the machine has no libraries: name a static one", file)
		}
	}
	return kernels.File{Name: name, Mode: 0o755, Content: content}, nil
}

// Tree returns a file, or a directory with all in it, as files of the machine.
func Tree(root, name string) ([]kernels.File, error) {
	var files []kernels.File
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		info, err := os.Stat(file) // a symbolic link would lead out of the machine
		switch {
		case err != nil:
			return err
		case info.IsDir() && !entry.IsDir():
			return fmt.Errorf("%s is a symbolic link to a directory: copy it", file)
		case info.IsDir():
			return nil
		case !info.Mode().IsRegular():
			return errors.New(file + " is no regular file")
		}
		content, err := os.ReadFile(file)
		files = append(files, kernels.File{Name: path.Join(name, filepath.ToSlash(relative)), Mode: 0o644, Content: content})
		return err
	})
	return files, err
}
