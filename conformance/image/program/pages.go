package program

import (
	"debug/elf"
	"fmt"
)

const defaultPageSize = 4 << 10

// pageSizes are the largest pages that kernels of an architecture are commonly
// built with, in bytes, where they are more than 4 KiB. They are what linkers
// align segments for as well: see ELF_MAXPAGESIZE in binutils' bfd.
var pageSizes = map[string]uint64{
	"arm64":   64 << 10, // CONFIG_ARM64_64K_PAGES, as in kernel-64k of RHEL
	"ppc64":   64 << 10, // CONFIG_PPC_64K_PAGES, the default
	"ppc64le": 64 << 10,
	"loong64": 16 << 10, // CONFIG_PAGE_SIZE_16KB, the default
}

// PageSize is the largest page that the program has to load with, in bytes.
func (p *Program) PageSize() uint64 {
	if size, ok := pageSizes[p.Architecture()]; ok {
		return size
	}
	return defaultPageSize
}

// Misalignments says which LOAD segments cannot be mapped with pages of PageSize: a
// file is mapped page by page, and a later segment that begins in the last page of
// another takes that page's place. See elf_map in fs/binfmt_elf.c of Linux.
func (p *Program) Misalignments() []string {
	size := p.PageSize()
	var misalignments []string
	var before elf.ProgHeader
	for _, segment := range p.loads() {
		if segment.Memsz == 0 {
			continue
		}
		if (segment.Vaddr-segment.Off)%size != 0 {
			misalignments = append(misalignments, fmt.Sprintf(
				"the segment at %#x lies at %#x in the file: a page of %d bytes cannot hold both (alignment %#x)", segment.Vaddr, segment.Off, size, segment.Align))
		} else if before.Memsz > 0 && (before.Vaddr+before.Memsz-1)/size == segment.Vaddr/size {
			misalignments = append(misalignments, fmt.Sprintf(
				"the segments at %#x and %#x share a page of %d bytes (alignment %#x)", before.Vaddr, segment.Vaddr, size, segment.Align))
		}
		before = segment
	}
	return misalignments
}
