package trim

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// A trimmed file has two program headers: the program and its stack's mode.
const programHeaders = 2

func headersSize(class elf.Class) uint64 {
	if class == elf.ELFCLASS32 {
		return uint64(binary.Size(elf.Header32{}) + programHeaders*binary.Size(elf.Prog32{}))
	}
	return uint64(binary.Size(elf.Header64{}) + programHeaders*binary.Size(elf.Prog64{}))
}

func write(file *elf.File, content []byte, text, rodata *elf.Section) ([]byte, error) {
	start := base(text)
	image := make([]byte, rodata.Addr+rodata.Size-start)
	for _, section := range []*elf.Section{text, rodata} {
		data, err := section.Data()
		if err != nil {
			return nil, fmt.Errorf("trim: %s: %w", section.Name, err)
		}
		copy(image[section.Addr-start:], data)
	}
	headers := headers64
	if file.Class == elf.ELFCLASS32 {
		headers = headers32
	}
	var out bytes.Buffer
	for _, header := range headers(file.ByteOrder, content, start, uint64(len(image))) {
		if err := binary.Write(&out, file.ByteOrder, header); err != nil {
			return nil, fmt.Errorf("trim: headers: %w", err)
		}
	}
	copy(image, out.Bytes())
	return image, nil
}

// headers64 keeps of the linked file's header all that tells the machine and
// its ABI, and drops the sections.
func headers64(order binary.ByteOrder, linked []byte, start, size uint64) []any {
	var header elf.Header64
	_, _ = binary.Decode(linked, order, &header) // elf.NewFile has read it before
	header.Phoff, header.Phnum = uint64(binary.Size(header)), programHeaders
	header.Phentsize = uint16(binary.Size(elf.Prog64{}))
	header.Shoff, header.Shnum, header.Shstrndx = 0, 0, 0
	return []any{header, elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X),
		Vaddr: start, Paddr: start, Filesz: size, Memsz: size, Align: PageSize,
	}, elf.Prog64{
		Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16,
	}}
}

func headers32(order binary.ByteOrder, linked []byte, start, size uint64) []any {
	var header elf.Header32
	_, _ = binary.Decode(linked, order, &header)
	header.Phoff, header.Phnum = uint32(binary.Size(header)), programHeaders
	header.Phentsize = uint16(binary.Size(elf.Prog32{}))
	header.Shoff, header.Shnum, header.Shstrndx = 0, 0, 0
	return []any{header, elf.Prog32{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X),
		Vaddr: uint32(start), Paddr: uint32(start), Filesz: uint32(size), Memsz: uint32(size), Align: PageSize,
	}, elf.Prog32{
		Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16,
	}}
}
