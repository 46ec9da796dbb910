package image

import (
	"debug/elf"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

// machine is what an ELF header says of the processor.
type machine struct {
	elf.Machine
	elf.Class
	elf.Data
}

func (m machine) String() string { return fmt.Sprintf("%s, %s, %s", m.Machine, m.Class, m.Data) }

// machines has the architectures of Linux images, by their GOARCH.
var machines = map[string]machine{
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

func judgePlatform(e *examination) Finding {
	configured := normalize(*e.Config.Platform())
	const expected = "index entry, configuration and ELF header that agree"
	var disagreements []string
	if e.indexed != nil && !same(*e.indexed, configured) {
		disagreements = append(disagreements, fmt.Sprintf("the index entry says %s, the configuration %s", normalize(*e.indexed), configured))
	}
	finding := e.withProgram(expected, func(program *program.Program) []string {
		return append(disagreements, mismatches(configured, e.entry.Path(), program)...)
	})
	if finding.Status == report.NotTestable && len(disagreements) > 0 {
		return judged(expected, disagreements)
	}
	return finding
}

func mismatches(platform v1.Platform, path string, program *program.Program) []string {
	var found []string
	if abi := program.Header.OSABI; platform.OS != "linux" || abi != elf.ELFOSABI_NONE && abi != elf.ELFOSABI_LINUX {
		found = append(found, fmt.Sprintf("%s is for %s, the configuration says os %q", path, abi, platform.OS))
	}
	want, known := machines[platform.Architecture]
	if got := (machine{program.Header.Machine, program.Header.Class, program.Header.Data}); !known || got != want {
		found = append(found, fmt.Sprintf("%s is for %s, the configuration says architecture %q", path, got, platform.Architecture))
	}
	var version int
	if _, err := fmt.Sscanf(platform.Variant, "v%d", &version); err == nil && platform.Architecture == "arm" && program.ARM > version {
		found = append(found, fmt.Sprintf("%s is for arm v%d, the configuration says variant %q", path, program.ARM, platform.Variant))
	}
	return found
}

func judgeHardened(e *examination) Finding {
	return e.withProgram("a stack that is not executable, and no segment that is writable and executable", func(program *program.Program) []string {
		var violations []string
		if executable, why := program.ExecutableStack(); executable {
			violations = append(violations, "the stack is executable: "+why)
		}
		return append(violations, program.WritableCode()...)
	})
}
