package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Numbers of "Addenda to, and Errata in, the ABI for the Arm Architecture".
const (
	shtARMAttributes = elf.SHT_LOPROC + 3

	attributesForm = 'A'
	tagFile        = 1
	tagCPURawName  = 4
	tagCPUName     = 5
	tagCPUArch     = 6
)

// maxAttributes is the most that is read of a program's attributes, in bytes.
const maxAttributes = 4096

// armArchitectures are the values of Tag_CPU_arch that Linux runs on.
var armArchitectures = map[uint64]int{1: 4, 2: 4, 3: 5, 4: 5, 5: 5, 6: 6, 7: 6, 8: 6, 9: 6, 10: 7, 14: 8}

// maxSections is how many section headers are looked at.
const maxSections = 1024

// armVersion returns the architecture that the compiler has noted, or 0. No segment
// leads to the note, so that it is found by its section.
func armVersion(file *elf.File, content []byte) int {
	if file.Machine != elf.EM_ARM || file.Class != elf.ELFCLASS32 {
		return 0
	}
	var header elf.Header32
	if _, err := binary.Decode(content, file.ByteOrder, &header); err != nil {
		return 0
	}
	for i := range min(int(header.Shnum), maxSections) {
		var section elf.Section32
		at := int64(header.Shoff) + int64(i)*int64(binary.Size(section))
		if at > int64(len(content)) {
			return 0
		}
		if _, err := binary.Decode(content[at:], file.ByteOrder, &section); err != nil {
			return 0
		}
		start, end := uint64(section.Off), uint64(section.Off)+uint64(section.Size)
		if elf.SectionType(section.Type) == shtARMAttributes && section.Size <= maxAttributes && end <= uint64(len(content)) {
			return cpuArchitecture(content[start:end])
		}
	}
	return 0
}

// cpuArchitecture walks "A", length, "aeabi", Tag_File, length, and the pairs of
// tags and values up to the one that it looks for: the names of CPUs are strings
// and come before it.
func cpuArchitecture(data []byte) int {
	const header, vendor, length = 1 + 4, "aeabi\x00", 1 + 4
	if len(data) < header+len(vendor)+length || data[0] != attributesForm ||
		string(data[header:header+len(vendor)]) != vendor || data[header+len(vendor)] != tagFile {
		return 0
	}
	data = data[header+len(vendor)+length:]
	for len(data) > 0 {
		tag, size := binary.Uvarint(data)
		if size <= 0 {
			return 0
		}
		data = data[size:]
		switch tag {
		case tagCPUArch:
			value, _ := binary.Uvarint(data)
			return armArchitectures[value]
		case tagCPURawName, tagCPUName:
			_, rest, ended := bytes.Cut(data, []byte{0})
			if !ended {
				return 0
			}
			data = rest
		default:
			return 0
		}
	}
	return 0
}
