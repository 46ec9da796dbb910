package debian

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/podsandbox/pause/pause/kernels"
)

// Modules returns files of the kernel's modules with the names, and of those that
// they depend on, in the order in which they load. Only a package of bookworm has
// them beside the kernel.
func (p Package) Modules(ctx context.Context, names ...string) ([]kernels.File, error) {
	contents := map[string][]byte{}
	err := readPackage(ctx, p.file, func(name string, content io.Reader) error {
		module, ok := strings.CutSuffix(path.Base(name), ".ko")
		if !ok {
			return nil
		}
		var err error
		contents[moduleName(module)], err = io.ReadAll(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	return loadOrder(contents, names, nil)
}

// loadOrder appends modules, each after those that it depends on.
func loadOrder(contents map[string][]byte, names []string, modules []kernels.File) ([]kernels.File, error) {
	for _, name := range names {
		file := "/modules/" + moduleName(name) + ".ko"
		if slices.ContainsFunc(modules, func(module kernels.File) bool { return module.Name == file }) {
			continue
		}
		content, known := contents[moduleName(name)]
		if !known {
			return nil, fmt.Errorf("the kernel's package has no module %s", name)
		}
		dependencies, err := moduleDependencies(content)
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", name, err)
		}
		if modules, err = loadOrder(contents, dependencies, modules); err != nil {
			return nil, err
		}
		modules = append(modules, kernels.File{Name: file, Mode: 0o644, Content: content})
	}
	return modules, nil
}

// moduleName is the kernel's: files may have a dash in their names.
func moduleName(name string) string { return strings.ReplaceAll(name, "-", "_") }

func moduleDependencies(content []byte) ([]string, error) {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	section := file.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("no section .modinfo")
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for field := range bytes.SplitSeq(info, []byte{0}) {
		if names, ok := strings.CutPrefix(string(field), "depends="); ok && names != "" {
			return strings.Split(names, ","), nil
		}
	}
	return nil, nil
}
