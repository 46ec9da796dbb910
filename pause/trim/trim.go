// Package trim cuts a program that the Go toolchain linked without the runtime
// down to what the kernel needs to run it: one read-execute segment.
package trim

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"strings"
)

// PageSize is the largest page that a trimmed program loads with, in bytes:
// arm64, ppc64le and loong64 kernels come with 4, 16 and 64 KiB.
const PageSize = 64 << 10

// Trim returns the file with its headers, .text and .rodata alone, at unchanged
// addresses, as one segment that is never writable, over a stack that is never
// executable. It returns an error that holds every reason why that would not be
// the same program any more.
func Trim(content []byte) ([]byte, error) {
	file, err := readSections(content)
	if err != nil {
		return nil, fmt.Errorf("trim: not an ELF file: %w", err)
	}
	text, rodata := file.Section(".text"), file.Section(".rodata")
	if text == nil || rodata == nil {
		return nil, errors.New("trim: no .text or no .rodata: not linked by Go")
	}
	if err := errors.Join(
		checkFile(file),
		checkLayout(file, text, rodata),
		checkSymbols(file, text, rodata),
	); err != nil {
		return nil, fmt.Errorf("trim: %w", err)
	}
	return write(file, content, text, rodata)
}

// readSections leaves out the program headers: the linker's are wrong where, to
// leave room for the headers, .text does not start a page.
func readSections(content []byte) (*elf.File, error) {
	const phnum32, phnum64 = 44, 56
	content = bytes.Clone(content)
	if len(content) > phnum64+1 {
		phnum := phnum64
		if elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS32 {
			phnum = phnum32
		}
		content[phnum], content[phnum+1] = 0, 0
	}
	return elf.NewFile(bytes.NewReader(content))
}

func checkFile(file *elf.File) error {
	var errs []error
	if file.Type != elf.ET_EXEC {
		errs = append(errs, fmt.Errorf("type is %s: link with -buildmode=exe", file.Type))
	}
	for _, section := range file.Sections {
		switch {
		case section.Name == ".interp", section.Type == elf.SHT_DYNAMIC:
			errs = append(errs, fmt.Errorf("section %s: dynamically linked", section.Name))
		case section.Flags&elf.SHF_TLS != 0 && section.Size > 0:
			errs = append(errs, fmt.Errorf("section %s: has thread-local variables", section.Name))
		}
	}
	return errors.Join(errs...)
}

func checkLayout(file *elf.File, text, rodata *elf.Section) error {
	var errs []error
	if text.Flags != elf.SHF_ALLOC|elf.SHF_EXECINSTR || text.Type != elf.SHT_PROGBITS {
		errs = append(errs, fmt.Errorf(".text is %s %s", text.Type, text.Flags))
	}
	if rodata.Flags != elf.SHF_ALLOC || rodata.Type != elf.SHT_PROGBITS {
		errs = append(errs, fmt.Errorf(".rodata is %s %s", rodata.Type, rodata.Flags))
	}
	if file.Entry < text.Addr || file.Entry-text.Addr >= text.Size {
		errs = append(errs, fmt.Errorf("entry %#x is outside .text", file.Entry))
	}
	if room := text.Addr % PageSize; room < headersSize(file.Class) {
		errs = append(errs, fmt.Errorf(".text at %#x leaves no room for the headers: link with -T", text.Addr))
	}
	// Differences, since a sum of what the file claims may wrap around.
	start := base(text)
	if rodata.Addr < text.Addr || text.Size > rodata.Addr-text.Addr ||
		rodata.Addr-start > PageSize || rodata.Size > PageSize-(rodata.Addr-start) {
		errs = append(errs, fmt.Errorf(".rodata at %#x does not follow .text at %#x within %d bytes", rodata.Addr, text.Addr, PageSize))
	}
	return errors.Join(errs...)
}

// checkSymbols refuses code and variables that the result would lack. Symbols of
// the linker and of the stub runtime are known by their prefixes only: their
// names move between Go releases. What has no size, such as the type:* that Go 1.27
// ends its types with, cannot be lacked.
func checkSymbols(file *elf.File, text, rodata *elf.Section) error {
	symbols, err := file.Symbols()
	if err != nil {
		return fmt.Errorf("symbols: %w: link without -s", err)
	}
	var errs []error
	for _, symbol := range symbols {
		if elf.ST_TYPE(symbol.Info) == elf.STT_FILE || symbol.Size == 0 ||
			strings.HasPrefix(symbol.Name, "runtime.") || strings.HasPrefix(symbol.Name, "go:") {
			continue
		}
		if !holds(text, symbol) && !holds(rodata, symbol) {
			errs = append(errs, fmt.Errorf("symbol %s at %#x: only code and constants are kept", symbol.Name, symbol.Value))
		}
	}
	return errors.Join(errs...)
}

func holds(section *elf.Section, symbol elf.Symbol) bool {
	return symbol.Value >= section.Addr && symbol.Value-section.Addr <= section.Size &&
		symbol.Size <= section.Size-(symbol.Value-section.Addr)
}

// base is the address that the start of the file is loaded at.
func base(text *elf.Section) uint64 { return text.Addr &^ (PageSize - 1) }
