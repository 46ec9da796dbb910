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
	built := map[string]freestanding.Program{}
	for _, platform := range freestanding.Platforms {
		program, err := freestanding.Builder{Version: "test"}.Build(context.Background(), platform)
		if err != nil {
			return nil, err
		}
		built[platform.String()] = program
	}
	return built, nil
})

func program(t testing.TB, platform string) freestanding.Program {
	t.Helper()
	built, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return built[platform]
}

// linkedFile returns what the linker wrote for a platform, without the program
// headers: they are not valid where .text does not start a page.
func linkedFile(t testing.TB, platform string) []byte {
	t.Helper()
	linked := bytes.Clone(program(t, platform).Linked)
	count := linked[56:58]
	if elf.Class(linked[elf.EI_CLASS]) == elf.ELFCLASS32 {
		count = linked[44:46]
	}
	clear(count)
	return linked
}

func parse(t testing.TB, file []byte) *elf.File {
	t.Helper()
	parsed, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// An edit breaks a file in place, or returns another.
type edit func(linked []byte) []byte

// edited changes a record of the file.
func edited[Record any](linked []byte, offset uint64, change func(*Record)) {
	var record Record
	_, _ = binary.Decode(linked[offset:], binary.LittleEndian, &record)
	change(&record)
	_, _ = binary.Encode(linked[offset:], binary.LittleEndian, &record)
}

func editHeader(change func(*elf.Header64)) edit {
	return func(linked []byte) []byte {
		edited(linked, 0, change)
		return linked
	}
}

func editSection(name string, change func(*elf.Section64)) edit {
	return func(linked []byte) []byte {
		file, _ := elf.NewFile(bytes.NewReader(linked))
		var header elf.Header64
		edited(linked, 0, func(h *elf.Header64) { header = *h })
		for i, section := range file.Sections {
			if section.Name == name {
				edited(linked, header.Shoff+uint64(i)*uint64(header.Shentsize), change)
			}
		}
		return linked
	}
}

func editSymbol(name string, change func(*elf.Sym64)) edit {
	return func(linked []byte) []byte {
		file, _ := elf.NewFile(bytes.NewReader(linked))
		symbols, _ := file.Symbols() // without the first, which is empty
		for i, symbol := range symbols {
			if symbol.Name == name {
				edited(linked, file.Section(".symtab").Offset+uint64(i+1)*elf.Sym64Size, change)
			}
		}
		return linked
	}
}

func replace(old, new string) edit {
	return func(linked []byte) []byte { return bytes.Replace(linked, []byte(old), []byte(new), 1) }
}

func TestLinkedFileIsTrimmed(t *testing.T) {
	trimmed, err := trim.Trim(linkedFile(t, "linux/amd64"))
	if err != nil || !bytes.Equal(trimmed, program(t, "linux/amd64").Trimmed) {
		t.Fatalf("every refusal is of a file that was no good from the start: %v", err)
	}
}

func TestMarkerWithoutSizeMayBeElsewhere(t *testing.T) {
	mark := editSymbol("main.pause", func(s *elf.Sym64) { s.Value, s.Size = 0x402000, 0 })
	if _, err := trim.Trim(mark(linkedFile(t, "linux/amd64"))); err != nil {
		t.Error(err)
	}
}
