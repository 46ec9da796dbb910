package program

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// Machine is what an ELF header says of the processor.
type Machine struct {
	elf.Machine
	elf.Class
	elf.Data
}

func (m Machine) String() string { return fmt.Sprintf("%s, %s, %s", m.Machine, m.Class, m.Data) }

// machines has the architectures of Linux images, by their GOARCH.
var machines = map[string]Machine{
	"386":      {elf.EM_386, elf.ELFCLASS32, elf.ELFDATA2LSB},
	"amd64":    {elf.EM_X86_64, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"arm":      {elf.EM_ARM, elf.ELFCLASS32, elf.ELFDATA2LSB},
	"arm64":    {elf.EM_AARCH64, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"loong64":  {elf.EM_LOONGARCH, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"mips":     {elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2MSB},
	"mipsle":   {elf.EM_MIPS, elf.ELFCLASS32, elf.ELFDATA2LSB},
	"mips64":   {elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2MSB},
	"mips64le": {elf.EM_MIPS, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"ppc64":    {elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2MSB},
	"ppc64le":  {elf.EM_PPC64, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"riscv64":  {elf.EM_RISCV, elf.ELFCLASS64, elf.ELFDATA2LSB},
	"s390x":    {elf.EM_S390, elf.ELFCLASS64, elf.ELFDATA2MSB},
}

// Machine is what the program is for.
func (p *Program) Machine() Machine {
	return Machine{p.Header.Machine, p.Header.Class, p.Header.Data}
}

// Architecture is the GOARCH that the program is for, and empty for a machine that
// no image of Linux is for.
func (p *Program) Architecture() string {
	for architecture, machine := range machines {
		if machine == p.Machine() {
			return architecture
		}
	}
	return ""
}

// RunsOnLinux tells whether the file header is that of a Linux program.
func (p *Program) RunsOnLinux() bool {
	return p.Header.OSABI == elf.ELFOSABI_NONE || p.Header.OSABI == elf.ELFOSABI_LINUX
}

func byteOrder(content []byte) binary.ByteOrder {
	if elf.Data(content[elf.EI_DATA]) == elf.ELFDATA2MSB {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
