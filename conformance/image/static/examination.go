package static

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/loader"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/conformance/report"
)

// examination is what the judges go by.
type examination struct {
	context.Context
	*image.Image
	options Options

	// command is what a runtime would execute: the entry point and its
	// arguments.
	command []string

	// entry is the entry point, or flaw says why there is none.
	entry       *rootfs.Location
	directories []*rootfs.Location
	flaw        string

	// program is nil when the entry point is no program for the kernel (defect says
	// why), or when it could not be read (unread says why).
	program        *program.Program
	defect, unread error

	// process is what the program needs to start.
	process loader.Process
}

func examine(ctx context.Context, image *image.Image, options Options) *examination {
	options.Compressed = cmp.Or(options.Compressed, DefaultCompressed)
	options.Uncompressed = cmp.Or(options.Uncompressed, DefaultUncompressed)
	e := &examination{Context: ctx, Image: image, options: options, command: image.Command()}
	if len(options.Entrypoint) > 0 {
		e.command = options.Entrypoint
	}
	if e.flaw = e.find(); e.flaw != "" {
		return e
	}
	content, err := image.Root.Content(ctx, e.entry.File, loader.MaxFile)
	if err != nil {
		e.unread = fmt.Errorf("%s: %w", e.entry.Path(), err)
		return e
	}
	if e.program, e.defect = program.Parse(content); e.defect != nil {
		return e
	}
	entry := &loader.Object{Path: e.entry.Path(), File: e.entry.File, Program: e.program}
	e.process, err = loader.Load(ctx, image.Root, entry, e.environment())
	if err != nil {
		e.unread = fmt.Errorf("what %s loads: %w", e.entry.Path(), err)
	}
	return e
}

func (e *examination) environment() loader.Environment {
	environment := loader.Environment{WorkingDir: e.Config.Config.WorkingDir}
	for _, variable := range e.Config.Config.Env {
		if paths, ok := strings.CutPrefix(variable, "LD_LIBRARY_PATH="); ok {
			environment.LibraryPath = strings.FieldsFunc(paths, func(r rune) bool { return r == ':' || r == ';' })
		}
	}
	return environment
}

// find returns why there is no entry point.
func (e *examination) find() string {
	if len(e.command) == 0 {
		return "the configuration has neither Entrypoint nor Cmd"
	}
	name := e.command[0]
	if isShellForm(e.command) {
		return fmt.Sprintf("%q is the shell form, which needs a shell", e.command)
	}
	if !path.IsAbs(name) {
		return fmt.Sprintf("%q is not an absolute path", name)
	}
	location, directories, err := e.Root.Lookup(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("%s is not in the image: %v", name, err)
	}
	if err != nil {
		return fmt.Sprintf("%s cannot be reached: %v", name, err)
	}
	if !location.File.Mode.IsRegular() {
		return fmt.Sprintf("%s is not a regular file: mode %s", location.Path(), location.File.Mode)
	}
	if location.File.Mode&0o111 == 0 {
		return fmt.Sprintf("%s is not executable: mode %s", location.Path(), location.File.Mode)
	}
	e.entry, e.directories = location, directories
	return ""
}

// withProgram leaves out what cannot be judged without the entry point.
func (e *examination) withProgram(expectation string, judge func(*program.Program) []string) report.Result {
	switch {
	case e.flaw != "":
		return notTestable("there is no entry point to judge: " + e.flaw)
	case e.program == nil && e.unread != nil:
		return report.Result{Status: report.Error, Seen: e.unread.Error()}
	case e.defect != nil:
		return conclude(expectation, []string{fmt.Sprintf("%s is not an ELF program: %v", e.entry.Path(), e.defect)})
	}
	return conclude(expectation, judge(e.program))
}

// withObjects judges the program and what it loads. A fault that is seen stands, even
// where something could not be read.
func (e *examination) withObjects(expectation string, judge func(*loader.Object) []string) report.Result {
	if e.defect != nil {
		return notTestable(fmt.Sprintf("%s is not an ELF program, see IMG-PLATFORM", e.entry.Path()))
	}
	result := e.withProgram(expectation, func(*program.Program) []string {
		var violations []string
		for _, object := range e.process.Objects {
			for _, violation := range judge(object) {
				violations = append(violations, object.Path+": "+violation)
			}
		}
		return violations
	})
	return e.unlessUnread(result)
}

// unlessUnread makes an error of a pass that not all has been read for.
func (e *examination) unlessUnread(result report.Result) report.Result {
	if result.Status == report.Pass && e.unread != nil {
		return report.Result{Status: report.Error, Seen: e.unread.Error()}
	}
	return result
}
