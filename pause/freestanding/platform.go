package freestanding

import (
	"debug/elf"
	"fmt"
	"strings"
)

// Platform is an operating system and processor that pause is built for, in the
// words of the OCI image specification.
type Platform struct {
	OS, Architecture, Variant string

	// Machine is what the ELF header of a program for this platform names.
	Machine elf.Machine
}

// Platforms are all that pause is built for.
var Platforms = []Platform{
	{"linux", "amd64", "", elf.EM_X86_64},
	{"linux", "arm64", "", elf.EM_AARCH64},
	{"linux", "arm", "v7", elf.EM_ARM},
	{"linux", "ppc64le", "", elf.EM_PPC64},
	{"linux", "s390x", "", elf.EM_S390},
	{"linux", "riscv64", "", elf.EM_RISCV},
	{"linux", "loong64", "", elf.EM_LOONGARCH},
	{"linux", "386", "", elf.EM_386},
}

// String returns os/architecture[/variant].
func (p Platform) String() string {
	return strings.TrimSuffix(p.OS+"/"+p.Architecture+"/"+p.Variant, "/")
}

// FileName returns os-architecture[-variant], for the names of files.
func (p Platform) FileName() string {
	return strings.ReplaceAll(p.String(), "/", "-")
}

// ParsePlatform finds the platform with the given String.
func ParsePlatform(name string) (Platform, error) {
	var names []string
	for _, p := range Platforms {
		if p.String() == name {
			return p, nil
		}
		names = append(names, p.String())
	}
	return Platform{}, fmt.Errorf("platform %q: pause is built for %s", name, strings.Join(names, ", "))
}
