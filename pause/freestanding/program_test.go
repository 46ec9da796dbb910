package freestanding_test

import (
	"bytes"
	"debug/elf"
	"slices"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

// everyPageSize is a multiple of the pages of every kernel that pause is for.
const everyPageSize = 64 << 10

func build(t *testing.T, builder freestanding.Builder, platform freestanding.Platform) freestanding.Program {
	t.Helper()
	builder.Version = "test"
	program, err := builder.Build(t.Context(), platform)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func TestProgramIsOneReadExecuteSegment(t *testing.T) {
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			t.Parallel()
			program := build(t, freestanding.Builder{}, platform).Bytes
			if size := len(program); size > freestanding.MaxSize {
				t.Errorf("%d bytes, want at most %d", size, freestanding.MaxSize)
			}
			file := parse(t, program)
			if want := headers[platform.String()]; file.Type != elf.ET_EXEC || file.Machine != platform.Machine || file.Class != want.class || file.Data != want.data {
				t.Errorf("%s %s %s %s", file.Type, file.Machine, file.Class, file.Data)
			}
			if len(file.Sections) > 0 {
				t.Errorf("%d section headers", len(file.Sections))
			}
			judgeSegments(t, file, uint64(len(program)))
		})
	}
}

// headers are what the ELF headers of each platform say besides the machine.
var headers = map[string]struct {
	class elf.Class
	data  elf.Data
}{
	"linux/amd64":   {elf.ELFCLASS64, elf.ELFDATA2LSB},
	"linux/arm64":   {elf.ELFCLASS64, elf.ELFDATA2LSB},
	"linux/arm/v7":  {elf.ELFCLASS32, elf.ELFDATA2LSB},
	"linux/ppc64le": {elf.ELFCLASS64, elf.ELFDATA2LSB},
	"linux/s390x":   {elf.ELFCLASS64, elf.ELFDATA2MSB},
	"linux/riscv64": {elf.ELFCLASS64, elf.ELFDATA2LSB},
	"linux/loong64": {elf.ELFCLASS64, elf.ELFDATA2LSB},
	"linux/386":     {elf.ELFCLASS32, elf.ELFDATA2LSB},
}

func judgeSegments(t *testing.T, file *elf.File, size uint64) {
	t.Helper()
	if len(file.Progs) != 2 || file.Progs[0].Type != elf.PT_LOAD || file.Progs[1].Type != elf.PT_GNU_STACK {
		t.Fatalf("program headers %+v", file.Progs)
	}
	load, stack := file.Progs[0], file.Progs[1]
	if load.Flags != elf.PF_R|elf.PF_X {
		t.Errorf("segment is %s", load.Flags)
	}
	if load.Align < everyPageSize || load.Vaddr%everyPageSize != load.Off%everyPageSize {
		t.Errorf("offset %#x at %#x, aligned to %#x, does not load with pages of 64 KiB", load.Off, load.Vaddr, load.Align)
	}
	if load.Filesz != load.Memsz || load.Off+load.Filesz != size {
		t.Errorf("segment of %d bytes in the file, %d in memory; file of %d", load.Filesz, load.Memsz, size)
	}
	if file.Entry < load.Vaddr || file.Entry >= load.Vaddr+load.Memsz {
		t.Errorf("entry %#x is outside", file.Entry)
	}
	if stack.Flags != elf.PF_R|elf.PF_W {
		t.Errorf("stack is %s", stack.Flags)
	}
}

// The linker marks the start and the end of the code with symbols of its own,
// whose names are Go's or the runtime's and whose size is at most one.
func TestProgramHasNoCodeOfTheRuntime(t *testing.T) {
	standIns := []string{"runtime.unreachableMethod", "runtime.mapinitnoop"}
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			t.Parallel()
			symbols := symbols(t, build(t, freestanding.Builder{}, platform).LinkerOutput)
			var own int
			for _, symbol := range symbols {
				if elf.ST_TYPE(symbol.Info) != elf.STT_FUNC || symbol.Size <= 1 || slices.Contains(standIns, symbol.Name) {
					continue
				}
				if len(symbol.Name) < 5 || symbol.Name[:5] != "main." {
					t.Errorf("function %s of %d bytes", symbol.Name, symbol.Size)
				}
				own++
			}
			if own < 4 {
				t.Errorf("only %d functions found", own)
			}
		})
	}
}

// symbols reads them without the program headers, which are not valid in what
// the linker wrote.
func symbols(t *testing.T, content []byte) []elf.Symbol {
	t.Helper()
	content = bytes.Clone(content)
	segments := content[56:58]
	if elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS32 {
		segments = content[44:46]
	}
	clear(segments)
	symbols, err := parse(t, content).Symbols()
	if err != nil {
		t.Fatal(err)
	}
	return symbols
}

func parse(t *testing.T, file []byte) *elf.File {
	t.Helper()
	elfFile, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return elfFile
}
