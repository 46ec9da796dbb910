package trim_test

import (
	"debug/elf"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/trim"
)

func TestRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		edit edit
		want string
	}{
		{"nothing", func([]byte) []byte { return nil }, "not an ELF file"},
		{"a script", func([]byte) []byte { return []byte("#!/bin/sh\nexec /pause " + strings.Repeat("-", 100)) }, "not an ELF file"},
		{"half a header", func(linked []byte) []byte { return linked[:32] }, "not an ELF file"},
		{"a header alone", func(linked []byte) []byte { return linked[:64] }, "not an ELF file"},
		{"half a file", func(linked []byte) []byte { return linked[:len(linked)/2] }, "EOF"},
		{"a class that there is not", func(linked []byte) []byte { linked[elf.EI_CLASS] = 3; return linked }, "not an ELF file"},
		{"sections that are nowhere", editHeader(func(h *elf.Header64) { h.Shoff = 1 << 62 }), "not an ELF file"},
		{"position-independent", editHeader(func(h *elf.Header64) { h.Type = uint16(elf.ET_DYN) }), "type is ET_DYN: link with -buildmode=exe"},
		{"relocatable", editHeader(func(h *elf.Header64) { h.Type = uint16(elf.ET_REL) }), "type is ET_REL"},
		{"dynamic", editSection(".go.buildinfo", func(s *elf.Section64) { s.Type = uint32(elf.SHT_DYNAMIC) }), "dynamically linked"},
		{"with an interpreter", replace("\x00.bss\x00.noptrbss\x00", "\x00.interp\x00ptrbss\x00"), "dynamically linked"},
		{"with thread-local variables", editSection(".noptrdata", func(s *elf.Section64) { s.Flags |= uint64(elf.SHF_TLS) }), "thread-local"},
		{"with a package variable", editSymbol("main.pause", func(s *elf.Sym64) { s.Value = 0x402000 }), "symbol main.pause at 0x402000"},
		{"with a function that is longer than the code", editSymbol("main.pause", func(s *elf.Sym64) { s.Size = 1 << 63 }), "symbol main.pause"},
		{"without symbols", editSection(".symtab", func(s *elf.Section64) { s.Type = uint32(elf.SHT_NOTE) }), "link without -s"},
		{"without .text", replace("\x00.text\x00", "\x00.tent\x00"), "no .text or no .rodata"},
		{"without .rodata", replace("\x00.rodata\x00", "\x00.rotate\x00"), "no .text or no .rodata"},
		{"with code that is writable", editSection(".text", func(s *elf.Section64) { s.Flags |= uint64(elf.SHF_WRITE) }), ".text is SHT_PROGBITS SHF_WRITE"},
		{"with code that is compressed", editSection(".text", func(s *elf.Section64) { s.Flags |= uint64(elf.SHF_COMPRESSED) }), ".text is SHT_PROGBITS"},
		{"with constants that are writable", editSection(".rodata", func(s *elf.Section64) { s.Flags |= uint64(elf.SHF_WRITE) }), ".rodata is SHT_PROGBITS SHF_WRITE"},
		{"with constants that are nowhere", editSection(".rodata", func(s *elf.Section64) { s.Type = uint32(elf.SHT_NOBITS) }), ".rodata is SHT_NOBITS"},
		{"an entry before the code", editHeader(func(h *elf.Header64) { h.Entry = 0x4000bf }), "entry 0x4000bf is outside .text"},
		{"an entry after the code", editHeader(func(h *elf.Header64) { h.Entry = 0x401000 }), "entry 0x401000 is outside .text"},
		{"no room for headers", editSection(".text", func(s *elf.Section64) { s.Addr = 0x4000a0 }), "leaves no room for the headers: link with -T"},
		{"constants before the code", editSection(".rodata", func(s *elf.Section64) { s.Addr = 0x400000 }), "does not follow .text"},
		{"constants within the code", editSection(".rodata", func(s *elf.Section64) { s.Addr = 0x400100 }), "does not follow .text"},
		{"constants far away", editSection(".rodata", func(s *elf.Section64) { s.Addr = 0x411000 }), "does not follow .text"},
		{"constants at the end of all addresses", editSection(".rodata", func(s *elf.Section64) { s.Addr = 1<<64 - 1 }), "does not follow .text"},
		{"more constants than fit", editSection(".rodata", func(s *elf.Section64) { s.Size = 0xf001 }), "does not follow .text"},
		{"constants without end", editSection(".rodata", func(s *elf.Section64) { s.Size = 1<<63 - 1 }), "does not follow .text"},
		{"code without end", editSection(".text", func(s *elf.Section64) { s.Size = 1<<63 - 1 }), "does not follow .text"},
		{"code that is not in the file", editSection(".text", func(s *elf.Section64) { s.Off = 1 << 62 }), ".text: "},
		{"constants that are not in the file", editSection(".rodata", func(s *elf.Section64) { s.Off = 1 << 62 }), ".rodata: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			trimmed, err := trim.Trim(test.edit(linkedFile(t, "linux/amd64")))
			if err == nil {
				t.Fatalf("trimmed to %d bytes", len(trimmed))
			}
			if !strings.HasPrefix(err.Error(), "trim: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}
