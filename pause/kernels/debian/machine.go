package debian

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/podsandbox/pause/pause/kernels"
)

// Target is a platform, a size of pages, and where both come from.
type Target struct {
	// Platform is one of kernels.Platforms.
	Platform string

	// PageSize is the kernel's, in bytes.
	PageSize int

	// Kernel is the kernel's place.
	Kernel Kernel

	// emulator is the package with the platform's qemu-system.
	emulator string

	// firmware is a package with firmware, and the file in it.
	firmware, firmwareFile string
}

const kibibyte = 1024

// Targets has every platform, and every size of pages that Debian has a kernel
// for. 386 ends with bookworm.
var Targets = []Target{
	{Platform: "linux/amd64", PageSize: 4 * kibibyte, Kernel: Kernel{"bookworm", "amd64", "cloud-amd64"}, emulator: "qemu-system-x86"},
	{Platform: "linux/arm64", PageSize: 4 * kibibyte, Kernel: Kernel{"bookworm", "arm64", "cloud-arm64"}, emulator: "qemu-system-arm"},
	{Platform: "linux/arm64", PageSize: 16 * kibibyte, Kernel: Kernel{"sid", "arm64", "arm64-16k"}, emulator: "qemu-system-arm"},
	{Platform: "linux/arm/v7", PageSize: 4 * kibibyte, Kernel: Kernel{"sid", "armhf", "armmp-lpae"}, emulator: "qemu-system-arm"},
	{Platform: "linux/ppc64le", PageSize: 64 * kibibyte, Kernel: Kernel{"sid", "ppc64el", "powerpc64le-64k"}, emulator: "qemu-system-ppc"},
	{Platform: "linux/s390x", PageSize: 4 * kibibyte, Kernel: Kernel{"sid", "s390x", "s390x"}, emulator: "qemu-system-s390x"},
	{Platform: "linux/riscv64", PageSize: 4 * kibibyte, Kernel: Kernel{"sid", "riscv64", "riscv64"}, emulator: "qemu-system-riscv"},
	{Platform: "linux/386", PageSize: 4 * kibibyte, Kernel: Kernel{"bookworm", "i386", "686"}, emulator: "qemu-system-x86"},
	// qemu boots this one since version 10, which is newer than most systems'.
	{Platform: "linux/loong64", PageSize: 16 * kibibyte, Kernel: Kernel{"sid", "loong64", "loong64"}, emulator: "qemu-system-misc",
		firmware: "qemu-efi-loongarch64", firmwareFile: "usr/share/qemu-efi-loongarch64/QEMU_EFI.fd"},
}

// FindTarget returns the first target of a platform.
func FindTarget(platform string) (Target, error) {
	for _, target := range Targets {
		if target.Platform == platform {
			return target, nil
		}
	}
	return Target{}, fmt.Errorf("Debian has no kernel that is known to run for platform %q", platform)
}

// Machine returns a machine of the target, without its init. It fetches what the
// cache lacks, and an emulator only where PATH has none.
func (t Target) Machine(ctx context.Context, cache Cache) (kernels.Machine, error) {
	machine := kernels.Machine{Platform: t.Platform}
	kernel, err := t.Kernel.Fetch(ctx, cache)
	if err != nil {
		return machine, err
	}
	machine.Kernel = kernel.Image
	emulator := kernels.Emulator(t.Platform)
	if _, err := exec.LookPath(emulator); err == nil && t.firmware == "" {
		return machine, nil
	}
	packages := []string{t.emulator}
	if t.firmware != "" {
		packages = append(packages, t.firmware)
	}
	tree, err := cache.fetchEmulator(ctx, packages...)
	if err != nil {
		return machine, err
	}
	if t.firmware != "" {
		machine.Firmware = filepath.Join(tree.Dir, t.firmwareFile)
	}
	machine.Emulator, err = tree.Emulator(emulator)
	return machine, err
}
