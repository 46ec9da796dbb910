package kernels

import (
	"maps"
	"slices"
)

// platform is how qemu emulates one.
type platform struct {
	emulator string

	// args name the machine and a processor that both qemu and Debian's kernels
	// know, with all that Go asks for.
	args []string

	// console is the kernel's name for the first serial port.
	console string

	// realTime is for an emulator that cannot count instructions.
	realTime bool
}

var platforms = map[string]platform{
	"linux/amd64":  {emulator: "qemu-system-x86_64", args: []string{"-M", "q35", "-cpu", "Nehalem"}, console: "ttyS0"},
	"linux/386":    {emulator: "qemu-system-i386", args: []string{"-M", "pc", "-cpu", "Nehalem"}, console: "ttyS0"}, // Go wants SSE2
	"linux/arm64":  {emulator: "qemu-system-aarch64", args: []string{"-M", "virt", "-cpu", "neoverse-n1"}, console: "ttyAMA0"},
	"linux/arm/v7": {emulator: "qemu-system-arm", args: []string{"-M", "virt", "-cpu", "cortex-a15"}, console: "ttyAMA0"},
	// The kernel of power9 wants mitigations that TCG does not emulate.
	"linux/ppc64le": {emulator: "qemu-system-ppc64", args: []string{"-M", "pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off", "-cpu", "power9", "-vga", "none"}, console: "hvc0"},
	"linux/s390x":   {emulator: "qemu-system-s390x", args: []string{"-M", "s390-ccw-virtio", "-cpu", "max"}, console: "ttysclp0"},
	"linux/riscv64": {emulator: "qemu-system-riscv64", args: []string{"-M", "virt"}, console: "ttyS0"},
	// qemu 10 aborts when it counts instructions of loongarch64.
	"linux/loong64": {emulator: "qemu-system-loongarch64", args: []string{"-M", "virt", "-cpu", "la464"}, console: "ttyS0", realTime: true},
}

// Platforms are all that a machine is known for.
func Platforms() []string { return slices.Sorted(maps.Keys(platforms)) }

// Emulator returns the name of the platform's qemu-system.
func Emulator(platform string) string { return platforms[platform].emulator }
