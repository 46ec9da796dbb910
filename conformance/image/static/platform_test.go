package static

import (
	"debug/elf"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestPrograms(t *testing.T) {
	amd64, arm64 := fixture.CachedPause(t, "linux/amd64"), fixture.CachedPause(t, "linux/arm64")
	judgeSamples(t, map[string]sample{
		"program for another machine": {
			files: []fixture.File{fixture.Executable(arm64)},
			want:  map[string]string{"IMG-PLATFORM": `/pause is for EM_AARCH64, ELFCLASS64, ELFDATA2LSB, the configuration says architecture "amd64"`},
		},
		"program for another system": {
			files: []fixture.File{fixture.Executable(patch(amd64, elf.EI_OSABI, byte(elf.ELFOSABI_FREEBSD)))},
			want:  map[string]string{"IMG-PLATFORM": "/pause is for ELFOSABI_FREEBSD"},
		},
		"architecture by another name": {
			configure: func(c *v1.ConfigFile) { c.Architecture = "x86_64" },
			want:      map[string]string{"IMG-PLATFORM": "the index entry says linux/amd64, the configuration linux/x86_64"},
		},
		"configuration of another platform": {
			configure: func(c *v1.ConfigFile) { c.Architecture = "arm64" },
			want:      map[string]string{"IMG-PLATFORM": "the index entry says linux/amd64, the configuration linux/arm64"},
		},
		"script": {
			files: []fixture.File{fixture.Executable([]byte("#!/bin/sh\n"))},
			want: map[string]string{
				"IMG-PLATFORM": "/pause is not an ELF program", "IMG-SELF-CONTAINED": "not an ELF program", "IMG-HARDENED": "not an ELF program",
				"IMG-PROCESSOR": "see IMG-PLATFORM", "IMG-PAGE-SIZE": "see IMG-PLATFORM",
			},
		},
		"executable stack": {
			files: []fixture.File{fixture.Executable(patch(amd64, 64+56+4, 7))},
			want:  map[string]string{"IMG-HARDENED": "the stack is executable: PT_GNU_STACK is rwx"},
		},
		"no PT_GNU_STACK": {
			files: []fixture.File{fixture.Executable(patch(amd64, 64+56, 4))},
			want:  map[string]string{"IMG-HARDENED": "there is no PT_GNU_STACK"},
		},
		"writable code": {
			files: []fixture.File{fixture.Executable(patch(amd64, 64+4, 7))},
			want:  map[string]string{"IMG-HARDENED": "are rwx"},
		},
	})
}
