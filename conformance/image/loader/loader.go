// Package loader looks at a root file system as the kernel and the dynamic linkers of
// glibc and musl do when they load a program, for a user of any id.
package loader

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

const (
	// MaxFile is the largest program or library that is read, in bytes.
	MaxFile = 64 << 20

	// maxLibraries is how many libraries are read: each may take the reading of a
	// whole layer.
	maxLibraries = 128
)

// Object is a file that is loaded.
type Object struct {
	// Path is that by which the file was found, which may be a symbolic link.
	Path    string
	File    *rootfs.File
	Program *program.Program

	// loader is the object that needs this one, and nil of the entry point.
	loader *Object
}

// Process is what becomes of a program when it is executed.
type Process struct {
	// Objects are the program, its interpreter and its libraries, as far as they can
	// be loaded.
	Objects []*Object

	// Files are the interpreter and the libraries, those that do not load as well.
	Files []*rootfs.File

	// Faults say why the program does not start for every user.
	Faults []string
}

// Environment is what else the kernel and the linker go by.
type Environment struct {
	WorkingDir  string   // relative paths start here
	LibraryPath []string // the directories of LD_LIBRARY_PATH
}

// Load finds what the program at the path needs. The error says that something could
// not be read, and nothing about the program.
func Load(ctx context.Context, tree *rootfs.Tree, entry *Object, environment Environment) (Process, error) {
	l := &linker{Context: ctx, tree: tree, environment: environment, entry: entry}
	l.process.Objects = []*Object{entry}
	err := errors.Join(l.loadInterpreter(), l.loadLibraries())
	return l.process, err
}

// linker is the loading of one program.
type linker struct {
	context.Context
	tree        *rootfs.Tree
	environment Environment
	entry       *Object
	process     Process

	cache []byte // the content of /etc/ld.so.cache, once it is read
	read  bool
}

func (l *linker) fault(format string, arguments ...any) {
	l.process.Faults = append(l.process.Faults, fmt.Sprintf(format, arguments...))
}

// musl tells whose dynamic linker the interpreter is, which is glibc's otherwise.
func (l *linker) musl() bool {
	return strings.HasPrefix(path.Base(l.entry.Program.Interpreter), "ld-musl-")
}

// absolute starts relative paths in the working directory, as the kernel does.
func (l *linker) absolute(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return strings.TrimSuffix("/"+l.environment.WorkingDir, "/") + "/" + name
}

// loadInterpreter checks the file of PT_INTERP as the kernel does: see
// load_elf_binary and load_elf_interp in fs/binfmt_elf.c.
func (l *linker) loadInterpreter() error {
	name := l.entry.Program.Interpreter
	if name == "" {
		return nil
	}
	location, directories, err := l.tree.Lookup(l.absolute(name))
	if err != nil {
		l.fault("the interpreter %s is not in the image: %v", name, err)
		return nil
	}
	if !location.File.Mode.IsRegular() {
		l.fault("the interpreter %s is not a regular file: mode %s", name, location.File.Mode)
		return nil
	}
	l.process.Files = append(l.process.Files, location.File)
	faults := unsearchable(directories)
	if classes := rootfs.Denied(location.File.Mode, rootfs.Executing); classes != "" {
		faults = append(faults, fmt.Sprintf("%s may not execute it: mode %s", classes, location.File.Mode))
	}
	interpreter, defect, err := l.parse(location.File)
	if err != nil {
		return fmt.Errorf("interpreter %s: %w", name, err)
	}
	switch {
	case defect != nil:
		faults = append(faults, fmt.Sprintf("it is not an ELF program: %v", defect))
	case interpreter.Machine() != l.entry.Program.Machine():
		faults = append(faults, fmt.Sprintf("it is for %s, the program for %s", interpreter.Machine(), l.entry.Program.Machine()))
	case interpreter.Interpreter != "" || len(interpreter.Needed) > 0:
		faults = append(faults, "it needs an interpreter or libraries itself, which the kernel does not load for it")
	}
	for _, fault := range faults {
		l.fault("the interpreter %s: %s", name, fault)
	}
	if defect == nil {
		l.process.Objects = append(l.process.Objects, &Object{Path: location.Path(), File: location.File, Program: interpreter, loader: l.entry})
	}
	return nil
}

// unsearchable says which of the directories not everybody may search.
func unsearchable(directories []*rootfs.Location) []string {
	var faults []string
	for _, directory := range directories {
		if classes := rootfs.Denied(directory.File.Mode, rootfs.Executing); classes != "" {
			fault := fmt.Sprintf("%s may not search %s: mode %s", classes, directory.Path(), directory.File.Mode)
			if !slices.Contains(faults, fault) {
				faults = append(faults, fault)
			}
		}
	}
	return faults
}

// parse returns why the content is no program apart from why it cannot be read.
func (l *linker) parse(file *rootfs.File) (object *program.Program, defect, err error) {
	content, err := l.tree.Content(l, file, MaxFile)
	if err != nil {
		return nil, nil, err
	}
	object, defect = program.Parse(content)
	return object, defect, nil
}
