package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"math"
)

// overlay reads a file with other bytes in some places.
type overlay struct {
	content []byte
	patches []patch
}

type patch struct {
	offset int64
	bytes  []byte
}

// withoutSections reads a file as if it had no section headers.
func withoutSections(content []byte) *overlay {
	shoff, size, shnum := int64(40), 8, int64(60)
	if elf.Class(content[elf.EI_CLASS]) == elf.ELFCLASS32 {
		shoff, size, shnum = 32, 4, 48
	}
	// The number of sections and the index of their names are one after the other.
	return &overlay{content, []patch{{shoff, make([]byte, size)}, {shnum, make([]byte, 4)}}}
}

// withoutEmptySegments reads it as one without segments that have no content, besides:
// debug/buildinfo believes that such a segment holds every address.
func withoutEmptySegments(content []byte, header elf.FileHeader, segments []elf.ProgHeader) *overlay {
	reader := withoutSections(content)
	nowhere := binary.LittleEndian.AppendUint64(nil, math.MaxUint64)
	offset, at, size := int64(header.ByteOrder.Uint32(content[28:])), int64(8), int64(32)
	if header.Class == elf.ELFCLASS64 {
		offset, at, size = int64(header.ByteOrder.Uint64(content[32:])), 16, 56
	} else {
		nowhere = nowhere[:4]
	}
	for i, segment := range segments {
		if segment.Filesz == 0 {
			reader.patches = append(reader.patches, patch{offset + int64(i)*size + at, nowhere})
		}
	}
	return reader
}

func (p *overlay) ReadAt(buffer []byte, offset int64) (int, error) {
	n, err := bytes.NewReader(p.content).ReadAt(buffer, offset)
	for _, patch := range p.patches {
		for i, replaced := range patch.bytes {
			if at := patch.offset + int64(i) - offset; at >= 0 && at < int64(n) {
				buffer[at] = replaced
			}
		}
	}
	return n, err
}

var _ io.ReaderAt = (*overlay)(nil)
