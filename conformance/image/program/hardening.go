package program

import (
	"debug/elf"
	"fmt"
)

// ExecutableStack tells whether the kernel may map the program's stack as
// executable: on request, and before Linux 5.8 also without PT_GNU_STACK.
func (p *Program) ExecutableStack() (executable bool, why string) {
	for _, segment := range p.segments {
		if segment.Type == elf.PT_GNU_STACK {
			return segment.Flags&elf.PF_X != 0, "PT_GNU_STACK is " + flags(segment)
		}
	}
	return true, "there is no PT_GNU_STACK"
}

// WritableCode describes the segments that are writable and executable.
func (p *Program) WritableCode() []string {
	var segments []string
	for _, segment := range p.loads() {
		if segment.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			segments = append(segments, fmt.Sprintf("%d bytes at %#x are %s", segment.Memsz, segment.Vaddr, flags(segment)))
		}
	}
	return segments
}

func (p *Program) loads() []elf.ProgHeader {
	var loads []elf.ProgHeader
	for _, segment := range p.segments {
		if segment.Type == elf.PT_LOAD {
			loads = append(loads, segment)
		}
	}
	return loads
}

func flags(segment elf.ProgHeader) string {
	text := []byte("---")
	for i, flag := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
		if segment.Flags&flag != 0 {
			text[i] = "rwx"[i]
		}
	}
	return string(text)
}
