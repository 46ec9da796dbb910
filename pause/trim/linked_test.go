package trim_test

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"sync"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
	"github.com/podsandbox/pause/pause/trim"
)

// programs are those of all platforms, by their names.
var programs = sync.OnceValues(func() (map[string]freestanding.Program, error) {
	all := map[string]freestanding.Program{}
	for _, platform := range freestanding.Platforms {
		program, err := freestanding.Builder{Version: "test"}.Build(context.Background(), platform)
		if err != nil {
			return nil, err
		}
		all[platform.String()] = program
	}
	return all, nil
})

func program(t testing.TB, platform string) freestanding.Program {
	t.Helper()
	all, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return all[platform]
}

// linkedFile returns what the linker wrote for a platform, without the program
// headers: they are not valid where .text does not start a page.
func linkedFile(t testing.TB, platform string) []byte {
	t.Helper()
	content := bytes.Clone(program(t, platform).LinkerOutput)
	count := content[56:58]
	if elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS32 {
		count = content[44:46]
	}
	clear(count)
	return content
}

func parse(t testing.TB, file []byte) *elf.File {
	t.Helper()
	elfFile, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return elfFile
}

// An edit breaks a file in place, or returns another.
type edit func(linked []byte) []byte

// editRecord changes a record of the file.
func editRecord[Record any](content []byte, offset uint64, change func(*Record)) {
	var record Record
	_, _ = binary.Decode(content[offset:], binary.LittleEndian, &record)
	change(&record)
	_, _ = binary.Encode(content[offset:], binary.LittleEndian, &record)
}

func editHeader(change func(*elf.Header64)) edit {
	return func(linked []byte) []byte {
		editRecord(linked, 0, change)
		return linked
	}
}

func editSection(name string, change func(*elf.Section64)) edit {
	return func(content []byte) []byte {
		file, _ := elf.NewFile(bytes.NewReader(content))
		var header elf.Header64
		editRecord(content, 0, func(h *elf.Header64) { header = *h })
		for i, section := range file.Sections {
			if section.Name == name {
				editRecord(content, header.Shoff+uint64(i)*uint64(header.Shentsize), change)
			}
		}
		return content
	}
}

func editSymbol(name string, change func(*elf.Sym64)) edit {
	return func(content []byte) []byte {
		file, _ := elf.NewFile(bytes.NewReader(content))
		symbols, _ := file.Symbols() // without the first, which is empty
		for i, symbol := range symbols {
			if symbol.Name == name {
				editRecord(content, file.Section(".symtab").Offset+uint64(i+1)*elf.Sym64Size, change)
			}
		}
		return content
	}
}

func replace(old, new string) edit {
	return func(linked []byte) []byte { return bytes.Replace(linked, []byte(old), []byte(new), 1) }
}

func TestLinkedFileIsTrimmed(t *testing.T) {
	trimmed, err := trim.Trim(linkedFile(t, "linux/amd64"))
	if err != nil || !bytes.Equal(trimmed, program(t, "linux/amd64").Bytes) {
		t.Fatalf("every refusal is of a file that was no good from the start: %v", err)
	}
}

func TestMarkerWithoutSizeMayBeElsewhere(t *testing.T) {
	mark := editSymbol("main.pause", func(s *elf.Sym64) { s.Value, s.Size = 0x402000, 0 })
	if _, err := trim.Trim(mark(linkedFile(t, "linux/amd64"))); err != nil {
		t.Error(err)
	}
}
