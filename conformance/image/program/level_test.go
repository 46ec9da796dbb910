package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// property is a note with one GNU property of four bytes, see the Linux extensions to
// the generic ABI, 2.1.7.
func property(kind, value uint32) []byte {
	var note bytes.Buffer
	for _, part := range []any{uint32(4), uint32(16), uint32(noteGNUProperty), []byte("GNU\x00"), kind, uint32(4), value, uint32(0)} {
		_ = binary.Write(&note, binary.LittleEndian, part)
	}
	return note.Bytes()
}

func TestReadsTheLevelThatAnX86NoteAsksFor(t *testing.T) {
	const usedLevel = 0xc0010002 // GNU_PROPERTY_X86_ISA_1_USED
	other := append([]byte("\x04\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00GNU\x00"), "abcd"...)
	for name, test := range map[string]struct {
		note []byte
		want int
	}{
		"baseline":         {property(x86ISANeeded, 1), 1},
		"v3":               {property(x86ISANeeded, 5), 3},
		"v4":               {property(x86ISANeeded, 8), 4},
		"used alone":       {property(usedLevel, 15), 0},
		"after another":    {append(other, property(x86ISANeeded, 2)...), 2},
		"cut off":          {property(x86ISANeeded, 4)[:30], 0},
		"of absurd length": {append([]byte("\xff\xff\xff\xff\xff\xff\xff\xff"), property(x86ISANeeded, 4)...), 0},
		"nothing":          {nil, 0},
	} {
		if got := x86Level(test.note, 4, elf.ELFCLASS64); got != test.want {
			t.Errorf("%s: v%d, want v%d", name, got, test.want)
		}
	}
}

func TestReadsWhatARISCVProgramAsksFor(t *testing.T) {
	attributes := func(text string) []byte {
		return []byte("A\x00\x00\x00\x00riscv\x00\x01\x00\x00\x00\x00\x04\x10\x05" + text + "\x00")
	}
	for architecture, want := range map[string]string{
		"rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0": "",
		"rv64imafdc":                    "",
		"rv64i2p1_m2p0_v1p0_zve32x1p0":  "v, zve32x",
		"rv64imafdcv_zba1p0_zbb1p0":     "v, zba, zbb",
		"rv64i2p1_zaamo1p0_zalrsc1p0_b": "b",
	} {
		if got := riscvBeyond(attributes(architecture)); got != want {
			t.Errorf("%s: %q, want %q", architecture, got, want)
		}
	}
	for _, broken := range []string{"", "A", "A\x00\x00\x00\x00other\x00\x01\x00\x00\x00\x00\x05rv64v\x00", "A\x00\x00\x00\x00riscv\x00\x01\x00\x00\x00\x00\x05rv64v"} {
		if got := riscvBeyond([]byte(broken)); got != "" {
			t.Errorf("%q asks for %s", broken, got)
		}
	}
}

func TestTheGoCommandsSettingsAreLevels(t *testing.T) {
	for setting, want := range map[string]bool{ // whether they are beyond the baseline
		"GOAMD64=v1": false, "GOAMD64=v2": true, "GOAMD64=v4": true, "GOARM64=v8.0": false, "GOARM64=v8.0,lse": true, "GOARM64=v9.0": true,
		"GOPPC64=power8": false, "GOPPC64=power10": true, "GORISCV64=rva20u64": false, "GORISCV64=rva23u64": true, "CGO_ENABLED=0": false,
	} {
		key, value, _ := strings.Cut(setting, "=")
		version, _ := goVersion(key, value)
		baseline := 0
		if key == "GOAMD64" {
			baseline = 1
		}
		if version > baseline != want {
			t.Errorf("%s is of level %d", setting, version)
		}
	}
}

func TestAVariantRaisesTheBaseline(t *testing.T) {
	program := &Program{Header: elf.FileHeader{Machine: elf.EM_X86_64, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB}, levels: []level{{"a note", "x86-64-v3", 3}}}
	for variant, want := range map[string]string{"": "x86-64-v3, by a note", "v2": "x86-64-v3, by a note", "v3": "", "v4": ""} {
		if got := strings.Join(program.BeyondBaseline(variant), "; "); got != want {
			t.Errorf("%q: %q, want %q", variant, got, want)
		}
	}
}

// What a compiler of today writes is read, sections or not.
func TestReadsRealProgramsForNewerProcessors(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the standard library for another processor: -short leaves it out")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("needs a compiler for amd64")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for level, want := range map[string]string{"v1": "", "v2": "GOAMD64=v2, by its Go build information"} {
		executable := filepath.Join(dir, level)
		command := exec.Command("go", "build", "-ldflags=-s", "-o", executable, source)
		command.Env = append(os.Environ(), "GOAMD64="+level, "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
		if printed, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		content, err := os.ReadFile(executable)
		if err != nil {
			t.Fatal(err)
		}
		program, err := Parse(content)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(program.BeyondBaseline(""), "; "); got != want {
			t.Errorf("%s: %q, want %q", level, got, want)
		}
	}
}

func TestTheRealPauseRunsOnEveryProcessorAndPage(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/386", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/s390x", "linux/riscv64", "linux/loong64"} {
		program, err := Parse(fixture.Pause(t, platform))
		if err != nil {
			t.Fatal(err)
		}
		if beyond, misaligned := program.BeyondBaseline(""), program.Misalignments(); len(beyond)+len(misaligned) > 0 {
			t.Errorf("%s: %s %s", platform, beyond, misaligned)
		}
		if got := "linux/" + program.Architecture(); !strings.HasPrefix(platform, got) {
			t.Errorf("%s is for %s", platform, got)
		}
	}
}

func TestSegmentsAreComparedWithTheLargestPage(t *testing.T) {
	load := func(offset, address, size uint64) elf.ProgHeader {
		return elf.ProgHeader{Type: elf.PT_LOAD, Off: offset, Vaddr: address, Filesz: size, Memsz: size, Align: 0x1000}
	}
	for name, test := range map[string]struct {
		machine  elf.Machine
		segments []elf.ProgHeader
		want     string
	}{
		"one for 4 KiB":                {elf.EM_X86_64, []elf.ProgHeader{load(0, 0x400000, 0x2000), load(0x2000, 0x402000, 0x10)}, ""},
		"two for 64 KiB":               {elf.EM_AARCH64, []elf.ProgHeader{load(0, 0x400000, 0x2000), load(0x2000, 0x412000, 0x10)}, ""},
		"two that share 64 KiB":        {elf.EM_AARCH64, []elf.ProgHeader{load(0, 0x400000, 0x2000), load(0x2000, 0x402000, 0x10)}, "share a page of 65536 bytes"},
		"elsewhere in the file":        {elf.EM_AARCH64, []elf.ProgHeader{load(0, 0x400000, 0x2000), load(0x2000, 0x413000, 0x10)}, "a page of 65536 bytes cannot hold both"},
		"two that share 16 KiB":        {elf.EM_LOONGARCH, []elf.ProgHeader{load(0, 0x400000, 0x1000), load(0x1000, 0x401000, 0x10)}, "share a page of 16384 bytes"},
		"two that share no 16 KiB":     {elf.EM_LOONGARCH, []elf.ProgHeader{load(0, 0x400000, 0x1000), load(0x1000, 0x405000, 0x10)}, ""},
		"elsewhere in 4 KiB":           {elf.EM_X86_64, []elf.ProgHeader{load(8, 0x400000, 0x10)}, "a page of 4096 bytes cannot hold both"},
		"at the start of the next one": {elf.EM_X86_64, []elf.ProgHeader{load(0, 0x400000, 0x1000), load(0x1000, 0x401000, 0x10)}, ""},
	} {
		program := &Program{Header: elf.FileHeader{Machine: test.machine, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB}, segments: test.segments}
		if got := strings.Join(program.Misalignments(), "; "); test.want == "" != (got == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
