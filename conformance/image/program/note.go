package program

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

const (
	ptGNUProperty     = elf.ProgType(0x6474e553)
	ptRISCVAttributes = elf.ProgType(0x70000003)

	noteGNUProperty = 5          // NT_GNU_PROPERTY_TYPE_0
	x86ISANeeded    = 0xc0008002 // GNU_PROPERTY_X86_ISA_1_NEEDED
)

// readNotes reads the notes of the segments. Of x86, it takes what is needed and
// not what is used: a library may use what it finds.
func readNotes(program *Program, content []byte) []level {
	var levels []level
	for _, segment := range program.segments {
		if segment.Off > uint64(len(content)) {
			continue
		}
		data := content[segment.Off:]
		data = data[:min(uint64(len(data)), segment.Filesz, maxAttributes)]
		switch {
		case (segment.Type == elf.PT_NOTE || segment.Type == ptGNUProperty) && (program.Header.Machine == elf.EM_X86_64 || program.Header.Machine == elf.EM_386):
			if version := x86Level(data, segment.Align, program.Header.Class); version > 0 {
				note := level{"its GNU property note", fmt.Sprintf("x86-64-v%d", version), version}
				if !slices.Contains(levels, note) {
					levels = append(levels, note)
				}
			}
		case segment.Type == ptRISCVAttributes && program.Header.Machine == elf.EM_RISCV:
			if extensions := riscvBeyond(data); extensions != "" {
				levels = append(levels, level{"its RISC-V attributes", "the extensions " + extensions, 1})
			}
		}
	}
	return levels
}

// x86Level walks notes of a size, a size, a type, a name and a content, which is padded
// to the alignment of the segment, see elf(5).
func x86Level(data []byte, align uint64, class elf.Class) (version int) {
	if align != 8 {
		align = 4
	}
	propertyAlign := uint64(8)
	if class == elf.ELFCLASS32 {
		propertyAlign = 4
	}
	const header = 12
	for len(data) >= header {
		nameSize, size := uint64(binary.LittleEndian.Uint32(data)), uint64(binary.LittleEndian.Uint32(data[4:]))
		kind := binary.LittleEndian.Uint32(data[8:])
		start := header + pad(nameSize, 4)
		if start+size > uint64(len(data)) {
			break
		}
		if kind == noteGNUProperty && string(data[header:header+nameSize]) == "GNU\x00" {
			version = max(version, isaNeeded(data[start:start+size], propertyAlign))
		}
		data = data[min(start+pad(size, align), uint64(len(data))):]
	}
	return version
}

// isaNeeded walks properties of a type, a size and a content, see the Linux
// extensions to the generic ABI, 2.1.7.
func isaNeeded(data []byte, align uint64) (version int) {
	for len(data) >= 8 {
		kind, size := binary.LittleEndian.Uint32(data), uint64(binary.LittleEndian.Uint32(data[4:]))
		data = data[8:]
		if size > uint64(len(data)) {
			break
		}
		if kind == x86ISANeeded && size >= 4 {
			return bits.Len32(binary.LittleEndian.Uint32(data)) // bit 0 is the baseline, v1
		}
		data = data[min(pad(size, align), uint64(len(data))):]
	}
	return 0
}

func pad(size, align uint64) uint64 { return (size + align - 1) &^ (align - 1) }
