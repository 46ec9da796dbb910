// Package program reads what the kernel and the dynamic linker go by in an ELF
// file: an entry point, an interpreter or a library.
package program

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
)

const (
	// maxName is the longest name of an interpreter or library that is read, in
	// bytes: PATH_MAX of Linux.
	maxName = 4096

	// maxNames is the most that is read of all names of one file, in bytes.
	maxNames = 64 << 10

	// maxHeaders is the size of all program headers that Linux takes, in bytes: see
	// load_elf_phdrs in fs/binfmt_elf.c.
	maxHeaders = 64 << 10
)

// Program is an executable ELF file.
type Program struct {
	Header elf.FileHeader

	// Interpreter is the path of the dynamic linker, and empty for a program
	// that needs none.
	Interpreter string

	// Needed are the names of libraries. RPaths and RunPaths are the directories of
	// DT_RPATH and DT_RUNPATH, and NoDefaults is DF_1_NODEFLIB, see ld.so(8).
	Needed           []string
	RPaths, RunPaths []string
	NoDefaults       bool

	// ARM is the version of the architecture that an arm program is built for,
	// and 0 when it does not tell.
	ARM int

	// levels are what the program says that it needs of the processor.
	levels []level

	segments []elf.ProgHeader
	names    int // bytes of all names that were read
}

// Parse returns an error when the kernel would not execute the content, and when
// its names are beyond what any program has. It reads no section header but those
// of an arm program's attributes: the kernel does not either, and their number
// and size are the author's to choose.
func Parse(content []byte) (*Program, error) {
	if err := checkHeaders(content); err != nil {
		return nil, err
	}
	file, err := elf.NewFile(withoutSections(content))
	if err != nil {
		return nil, err
	}
	if file.Type != elf.ET_EXEC && file.Type != elf.ET_DYN {
		return nil, fmt.Errorf("an ELF file of type %s, which is no program", file.Type)
	}
	program := &Program{Header: file.FileHeader, ARM: armVersion(file, content)}
	for _, segment := range file.Progs {
		// An elf.Prog would keep the whole content.
		program.segments = append(program.segments, segment.ProgHeader)
	}
	for _, segment := range program.segments {
		if segment.Type == elf.PT_INTERP { // the kernel takes the first
			if program.Interpreter, err = program.text(content, segment.Off, segment.Filesz); err != nil {
				return nil, fmt.Errorf("interpreter: %w", err)
			}
			break
		}
	}
	program.levels = readLevels(program, content)
	return program, program.link(file, content)
}

// checkHeaders refuses what the kernel refuses, before a table of any size is read.
func checkHeaders(content []byte) error {
	const class32, class64 = 52, 64 // sizes of the file header, see elf(5)
	if len(content) < class32 || string(content[:len(elf.ELFMAG)]) != elf.ELFMAG {
		return fmt.Errorf("%d bytes that are no ELF file", len(content))
	}
	at, size := 42, 32 // of e_phentsize, and what it has to be
	if elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS64 {
		at, size = 54, 56
		if len(content) < class64 {
			return errors.New("an ELF file that ends in its header")
		}
	}
	order := byteOrder(content)
	entry, count := int(order.Uint16(content[at:])), int(order.Uint16(content[at+2:]))
	if entry != size || count == 0 || count*size > maxHeaders {
		return fmt.Errorf("%d program headers of %d bytes, which the kernel refuses: it takes %d bytes each and %d together", count, entry, size, maxHeaders)
	}
	return nil
}

// text returns the string at the offset, of at most size bytes.
func (p *Program) text(content []byte, offset, size uint64) (string, error) {
	if offset >= uint64(len(content)) {
		return "", fmt.Errorf("at %#x, behind the end of the file", offset)
	}
	text := content[offset:]
	text = text[:min(uint64(len(text)), size, maxName)]
	end := bytes.IndexByte(text, 0)
	if end < 0 {
		return "", fmt.Errorf("at %#x, a name without an end", offset)
	}
	if p.names += end + 1; p.names > maxNames {
		return "", fmt.Errorf("names of more than %d bytes", maxNames)
	}
	return string(text[:end]), nil
}
