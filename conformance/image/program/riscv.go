package program

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// rv64gc are the extensions that Linux distributions and Go take for granted, and
// those that newer assemblers name as parts of them: see
// https://wiki.debian.org/RISC-V and the RISC-V psABI, attributes.
var rv64gc = []string{"i", "e", "m", "a", "f", "d", "c", "zicsr", "zifencei", "zicntr", "zmmul", "zaamo", "zalrsc", "zca", "zcd"}

const tagRISCVArch = 5

// riscvBeyond returns the extensions beyond rv64gc that the attributes name.
func riscvBeyond(data []byte) string {
	const header, vendor, length = 1 + 4, "riscv\x00", 1 + 4
	if len(data) < header+len(vendor)+length || data[0] != attributesForm || string(data[header:header+len(vendor)]) != vendor {
		return ""
	}
	data = data[header+len(vendor)+length:]
	for len(data) > 0 {
		tag, size := binary.Uvarint(data)
		if size <= 0 {
			return ""
		}
		data = data[size:]
		if tag%2 == 0 { // a number
			if _, size = binary.Uvarint(data); size <= 0 {
				return ""
			}
			data = data[size:]
			continue
		}
		text, rest, ended := bytes.Cut(data, []byte{0})
		if !ended {
			return ""
		}
		if tag == tagRISCVArch {
			return strings.Join(beyond(string(text)), ", ")
		}
		data = rest
	}
	return ""
}

// beyond takes an architecture such as rv64i2p1_m2p0_zicsr2p0 apart.
func beyond(architecture string) []string {
	var extensions []string
	parts := strings.Split(strings.TrimPrefix(architecture, "rv64"), "_")
	if !strings.ContainsAny(parts[0], "0123456789") { // imafdc without versions
		parts = slices.Concat(strings.Split(parts[0], ""), parts[1:])
	}
	for _, part := range parts {
		name := strings.TrimRight(part, "0123456789")
		if version, ok := strings.CutSuffix(name, "p"); ok && name != part {
			name = strings.TrimRight(version, "0123456789")
		}
		if name != "" && !slices.Contains(rv64gc, name) {
			extensions = append(extensions, name)
		}
	}
	return extensions
}
