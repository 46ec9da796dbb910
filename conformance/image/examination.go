package image

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/conformance/report"
)

// maxProgram is the largest entry point that is read, in bytes.
const maxProgram = 64 << 20

// examination is what the judges go by.
type examination struct {
	*Subject
	options Options

	// command is what a runtime would execute: the entry point and its
	// arguments.
	command []string

	// entry is the entry point, or flaw says why there is none.
	entry    *rootfs.Found
	searched []*rootfs.Found
	flaw     string

	// program is nil when the entry point is none that the kernel takes, which
	// malformed tells, or could not be read, which unread tells.
	program           *program.Program
	malformed, unread error

	// libraries are the interpreter and the libraries of the program that are in
	// the image, and missing says which are not.
	libraries []*rootfs.File
	missing   []string
}

func examine(ctx context.Context, subject *Subject, options Options) *examination {
	options.Compressed = cmp.Or(options.Compressed, DefaultCompressed)
	options.Uncompressed = cmp.Or(options.Uncompressed, DefaultUncompressed)
	config := subject.Config.Config
	e := &examination{Subject: subject, options: options, command: slices.Concat(config.Entrypoint, config.Cmd)}
	if len(options.Entrypoint) > 0 {
		e.command = options.Entrypoint
	}
	if e.flaw = e.find(); e.flaw != "" {
		return e
	}
	content, err := subject.Root.Content(ctx, e.entry.File, maxProgram)
	if err != nil {
		e.unread = fmt.Errorf("%s: %w", e.entry.Path(), err)
		return e
	}
	if e.program, e.malformed = program.Parse(content); e.malformed == nil {
		e.link(ctx)
	}
	return e
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
	found, searched, err := e.Root.Lookup(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("%s is not in the image: %v", name, err)
	}
	if err != nil {
		return fmt.Sprintf("%s cannot be reached: %v", name, err)
	}
	if !found.File.Mode.IsRegular() {
		return fmt.Sprintf("%s is not a regular file: mode %s", found.Path(), found.File.Mode)
	}
	if found.File.Mode&0o111 == 0 {
		return fmt.Sprintf("%s is not executable: mode %s", found.Path(), found.File.Mode)
	}
	e.entry, e.searched = found, searched
	return ""
}

// isShellForm recognises what a Dockerfile's ENTRYPOINT and CMD become when they
// are no JSON arrays.
func isShellForm(command []string) bool {
	return len(command) > 1 && command[1] == "-c" && strings.HasSuffix(path.Base(command[0]), "sh")
}

// withProgram leaves out what cannot be judged without the entry point.
func (e *examination) withProgram(expected string, judge func(*program.Program) []string) Finding {
	switch {
	case e.flaw != "":
		return passedOver("there is no entry point to judge: " + e.flaw)
	case e.unread != nil:
		return Finding{Status: report.Error, Seen: e.unread.Error()}
	case e.malformed != nil:
		return judged(expected, []string{fmt.Sprintf("%s is not an ELF program: %v", e.entry.Path(), e.malformed)})
	}
	return judged(expected, judge(e.program))
}
