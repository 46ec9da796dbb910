package program

import (
	"debug/elf"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxDynamic is the most entries that a dynamic section may have.
const maxDynamic = 4096

// link reads what the dynamic linker is told. It goes by the segments, as the
// linker does: a program may have lost its sections. Of several PT_DYNAMIC, linkers
// take the last.
func (p *Program) link(file *elf.File, content []byte) error {
	for _, segment := range slices.Backward(p.segments) {
		if segment.Type != elf.PT_DYNAMIC {
			continue
		}
		if err := p.linkAt(file, content, segment); err != nil {
			return fmt.Errorf("dynamic section: %w", err)
		}
		return nil
	}
	return nil
}

func (p *Program) linkAt(file *elf.File, content []byte, segment elf.ProgHeader) error {
	values := map[elf.DynTag][]uint64{}
	word := uint64(8)
	if file.Class == elf.ELFCLASS32 {
		word = 4
	}
	for i := range uint64(maxDynamic) {
		at := segment.Off + i*2*word
		if at < segment.Off || at+2*word < at || at+2*word > uint64(len(content)) {
			return errors.New("is cut off")
		}
		tag, value := number(file, content[at:at+word]), number(file, content[at+word:at+2*word])
		if elf.DynTag(tag) == elf.DT_NULL {
			break
		}
		values[elf.DynTag(tag)] = append(values[elf.DynTag(tag)], value)
	}
	strings, err := p.strings(content, values)
	if err != nil {
		return err
	}
	for _, offset := range values[elf.DT_NEEDED] {
		name, err := strings(offset)
		if err != nil {
			return err
		}
		p.Needed = append(p.Needed, name)
	}
	for tag, directories := range map[elf.DynTag]*[]string{elf.DT_RPATH: &p.RPaths, elf.DT_RUNPATH: &p.RunPaths} {
		for _, offset := range values[tag] {
			paths, err := strings(offset)
			if err != nil {
				return err
			}
			*directories = append(*directories, split(paths)...)
		}
	}
	for _, flags := range values[elf.DT_FLAGS_1] {
		p.NoDefaults = p.NoDefaults || elf.DynFlag1(flags)&elf.DF_1_NODEFLIB != 0
	}
	return nil
}

// strings returns the reader of the dynamic section's string table.
func (p *Program) strings(content []byte, values map[elf.DynTag][]uint64) (func(uint64) (string, error), error) {
	table := uint64(0)
	if addresses := values[elf.DT_STRTAB]; len(addresses) > 0 {
		offset, err := p.offset(addresses[0])
		if err != nil {
			return nil, err
		}
		table = offset
	}
	return func(offset uint64) (string, error) {
		if table+offset < table {
			return "", fmt.Errorf("a name at %#x", offset)
		}
		return p.text(content, table+offset, maxName)
	}, nil
}

// offset is where in the file the address is loaded from.
func (p *Program) offset(address uint64) (uint64, error) {
	for _, segment := range p.segments {
		if segment.Type == elf.PT_LOAD && address >= segment.Vaddr && address-segment.Vaddr < segment.Filesz {
			return segment.Off + (address - segment.Vaddr), nil
		}
	}
	return 0, fmt.Errorf("address %#x is in no segment", address)
}

func number(file *elf.File, bytes []byte) uint64 {
	if len(bytes) == 4 {
		return uint64(file.ByteOrder.Uint32(bytes))
	}
	return file.ByteOrder.Uint64(bytes)
}

func split(paths string) []string {
	return strings.FieldsFunc(paths, func(character rune) bool { return character == ':' })
}
