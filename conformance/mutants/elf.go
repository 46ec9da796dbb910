package mutants

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
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
		var rewritten bytes.Buffer
		for _, part := range []any{file, program[file.Ehsize:], []byte(text), segments} {
			if err := binary.Write(&rewritten, binary.LittleEndian, part); err != nil {
				return nil, err
			}
		}
		return rewritten.Bytes(), nil
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
