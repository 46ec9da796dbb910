package trim_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
	"github.com/podsandbox/pause/pause/trim"
)

func TestKeepsCodeAndConstantsAtTheirAddresses(t *testing.T) {
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			built := program(t, platform.String())
			trimmed := parse(t, built.Bytes)
			segment := trimmed.Progs[0]
			for _, name := range []string{".text", ".rodata"} {
				section := parse(t, linkedFile(t, platform.String())).Section(name)
				data, err := section.Data()
				if err != nil {
					t.Fatal(err)
				}
				memory := make([]byte, len(data))
				if _, err := segment.ReadAt(memory, int64(section.Addr-segment.Vaddr)); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(memory, data) {
					t.Errorf("other %s at %#x", name, section.Addr)
				}
			}
		})
	}
}

func TestKeepsMachineAndFlags(t *testing.T) {
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			built := program(t, platform.String())
			if before, after := identity(t, built.LinkerOutput), identity(t, built.Bytes); before != after {
				t.Errorf("%+v, linked as %+v", after, before)
			}
		})
	}
}

// abi is what of an ELF header tells the kernel whose program it is.
type abi struct {
	ident          [elf.EI_NIDENT]byte
	kind, machine  uint16
	version, flags uint32
	entry          uint64
}

func identity(t *testing.T, file []byte) abi {
	t.Helper()
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(file[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	var h32 elf.Header32
	var h64 elf.Header64
	if elf.Class(file[elf.EI_CLASS]) == elf.ELFCLASS32 {
		_, _ = binary.Decode(file, order, &h32)
		return abi{h32.Ident, h32.Type, h32.Machine, h32.Version, h32.Flags, uint64(h32.Entry)}
	}
	_, _ = binary.Decode(file, order, &h64)
	return abi{h64.Ident, h64.Type, h64.Machine, h64.Version, h64.Flags, h64.Entry}
}

// FuzzTrim looks for a file that Trim panics at, or makes something of that is
// not one read-execute segment with the entry in it.
func FuzzTrim(f *testing.F) {
	for _, platform := range []string{"linux/amd64", "linux/s390x", "linux/arm/v7"} {
		linked := program(f, platform).LinkerOutput
		f.Add(linked)
		for bit := range 64 * 8 {
			flipped := bytes.Clone(linked)
			flipped[bit/8] ^= 1 << (bit % 8)
			f.Add(flipped)
		}
	}
	f.Fuzz(func(t *testing.T, linked []byte) {
		output, err := trim.Trim(linked)
		if err != nil {
			return
		}
		file := parse(t, output)
		load, size := file.Progs[0], uint64(len(output))
		if load.Type != elf.PT_LOAD || load.Flags != elf.PF_R|elf.PF_X || load.Off != 0 || load.Filesz != size || load.Memsz != size {
			t.Errorf("segment %+v of %d bytes", load.ProgHeader, size)
		}
		if file.Type != elf.ET_EXEC || file.Entry-load.Vaddr >= size || size > trim.PageSize {
			t.Errorf("%s of %d bytes at %#x, entry %#x", file.Type, size, load.Vaddr, file.Entry)
		}
	})
}
