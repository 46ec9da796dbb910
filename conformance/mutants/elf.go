package mutants

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// header and segment are the parts of a 64-bit ELF file that rewrites change.
type (
	header  = elf.Header64
	segment = elf.Prog64
)

// rewrite makes a Rewrite of a change of an ELF file's headers. The new headers
// of the segments, and the text that the change returns, are put at the end.
func rewrite(change func(file *header, segments []segment, end uint64) ([]segment, string)) func([]byte) ([]byte, error) {
	return func(program []byte) ([]byte, error) {
		var file header
		if _, err := binary.Decode(program, binary.LittleEndian, &file); err != nil {
			return nil, fmt.Errorf("ELF header: %w", err)
		}
		segments := make([]segment, file.Phnum)
		if _, err := binary.Decode(program[file.Phoff:], binary.LittleEndian, segments); err != nil {
			return nil, fmt.Errorf("ELF program headers: %w", err)
		}
		segments, text := change(&file, segments, uint64(len(program)))
		file.Phoff, file.Phnum = uint64(len(program)+len(text)), uint16(len(segments))
		var output bytes.Buffer
		for _, part := range []any{file, program[file.Ehsize:], []byte(text), segments} {
			if err := binary.Write(&output, binary.LittleEndian, part); err != nil {
				return nil, err
			}
		}
		return output.Bytes(), nil
	}
}

func forMachine(machine elf.Machine) func([]byte) ([]byte, error) {
	return rewrite(func(file *header, segments []segment, _ uint64) ([]segment, string) {
		file.Machine = uint16(machine)
		return segments, ""
	})
}

// withFlags adds flags to every segment of the type.
func withFlags(kind elf.ProgType, flags elf.ProgFlag) func([]byte) ([]byte, error) {
	return rewrite(func(_ *header, segments []segment, _ uint64) ([]segment, string) {
		for i := range segments {
			if elf.ProgType(segments[i].Type) == kind {
				segments[i].Flags |= uint32(flags)
			}
		}
		return segments, ""
	})
}

func withInterpreter(path string) func([]byte) ([]byte, error) {
	return rewrite(func(_ *header, segments []segment, end uint64) ([]segment, string) {
		text := path + "\x00"
		interpreter := segment{Type: uint32(elf.PT_INTERP), Flags: uint32(elf.PF_R), Off: end, Filesz: uint64(len(text)), Align: 1}
		return append([]segment{interpreter}, segments...), text
	})
}

// misalign moves the first LOAD segment to an address that no page maps its content
// to.
func misalign(program []byte) ([]byte, error) {
	return rewrite(func(_ *header, segments []segment, _ uint64) ([]segment, string) {
		for i := range segments {
			if elf.ProgType(segments[i].Type) == elf.PT_LOAD {
				segments[i].Vaddr += 8
				break
			}
		}
		return segments, ""
	})(program)
}

// withBuildSettings adds a writable segment with what the Go command notes in its
// programs, see debug/buildinfo.
func withBuildSettings(settings ...string) func([]byte) ([]byte, error) {
	return rewrite(func(_ *header, segments []segment, end uint64) ([]segment, string) {
		const (
			magic, inline = "\xff Go buildinf:\x08", "\x02"
			align, size   = 16, 32
			address       = 0x1000_0000
			sentinel      = "0123456789abcdef" // the content of neither matters
		)
		info := sentinel + "path\tpause\n"
		for _, setting := range settings {
			info += "build\t" + setting + "\n"
		}
		info += sentinel
		text := strings.Repeat("\x00", int(-end%align))
		text += magic + inline + strings.Repeat("\x00", size-len(magic+inline))
		for _, part := range []string{"go1.26", info} {
			text += string(binary.AppendUvarint(nil, uint64(len(part)))) + part
		}
		noted := segment{
			Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Off: end, Vaddr: address + end, Filesz: uint64(len(text)), Memsz: uint64(len(text)), Align: 0x10000,
		}
		return slices.Insert(segments, 1, noted), text // debug/buildinfo stops at an empty segment
	})
}
