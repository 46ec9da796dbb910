// Package program reads what the kernel and the dynamic linker go by in the ELF
// file of an entry point.
package program

import (
	"bytes"
	"debug/elf"
	"fmt"
)

// maxName is the longest name of an interpreter or library that is read, in
// bytes: PATH_MAX of Linux.
const maxName = 4096

// Program is an executable ELF file.
type Program struct {
	Header elf.FileHeader

	// Interpreter is the path of the dynamic linker, and empty for a program
	// that needs none.
	Interpreter string

	// Needed are the names of libraries, and RunPaths the directories that the
	// program has them looked up in first.
	Needed, RunPaths []string

	// ARM is the version of the architecture that an arm program is built for,
	// and 0 when it does not tell.
	ARM int

	segments []*elf.Prog
}

// Parse returns an error when the kernel would not execute the content.
func Parse(content []byte) (*Program, error) {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		file, err = withoutSections(content)
	}
	if err != nil {
		return nil, err
	}
	if file.Type != elf.ET_EXEC && file.Type != elf.ET_DYN {
		return nil, fmt.Errorf("an ELF file of type %s, which is no program", file.Type)
	}
	program := &Program{Header: file.FileHeader, ARM: armVersion(file)}
	for _, segment := range file.Progs {
		program.segments = append(program.segments, segment)
		if segment.Type == elf.PT_INTERP {
			if program.Interpreter, err = text(content, segment.Off, segment.Filesz); err != nil {
				return nil, fmt.Errorf("interpreter: %w", err)
			}
		}
	}
	return program, program.link(file, content)
}

// withoutSections reads a program whose section headers are broken or cut off:
// the kernel does not look at them.
func withoutSections(content []byte) (*elf.File, error) {
	shoff, size, shnum := 40, 8, 60
	if len(content) > elf.EI_CLASS && elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS32 {
		shoff, size, shnum = 32, 4, 48
	}
	if len(content) < shnum+4 {
		return nil, fmt.Errorf("%d bytes that are no ELF file", len(content))
	}
	headless := bytes.Clone(content)
	clear(headless[shoff : shoff+size])
	clear(headless[shnum : shnum+4]) // e_shnum and e_shstrndx
	return elf.NewFile(bytes.NewReader(headless))
}

// ExecutableStack tells whether the kernel may map the program's stack as
// executable: on request, and before Linux 5.8 also without PT_GNU_STACK.
func (p *Program) ExecutableStack() (executable bool, why string) {
	for _, segment := range p.segments {
		if segment.Type == elf.PT_GNU_STACK {
			return segment.Flags&elf.PF_X != 0, "PT_GNU_STACK is " + flags(segment)
		}
	}
	return true, "there is no PT_GNU_STACK"
}

// WritableCode describes the segments that are writable and executable.
func (p *Program) WritableCode() []string {
	var found []string
	for _, segment := range p.segments {
		if segment.Type == elf.PT_LOAD && segment.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			found = append(found, fmt.Sprintf("%d bytes at %#x are %s", segment.Memsz, segment.Vaddr, flags(segment)))
		}
	}
	return found
}

func flags(segment *elf.Prog) string {
	text := []byte("---")
	for i, flag := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
		if segment.Flags&flag != 0 {
			text[i] = "rwx"[i]
		}
	}
	return string(text)
}

// text returns the string at the offset, of at most size bytes.
func text(content []byte, offset, size uint64) (string, error) {
	if offset >= uint64(len(content)) {
		return "", fmt.Errorf("at %#x, behind the end of the file", offset)
	}
	found := content[offset:]
	found = found[:min(uint64(len(found)), size, maxName)]
	if end := bytes.IndexByte(found, 0); end >= 0 {
		return string(found[:end]), nil
	}
	return "", fmt.Errorf("at %#x, a name without an end", offset)
}
