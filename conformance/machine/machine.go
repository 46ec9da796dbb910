// Package machine prepares a virtual machine for the suite: the kernel of a
// platform, an OCI runtime, and the suite's own program for it.
package machine

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/pause/kernels"
	"github.com/podsandbox/pause/pause/kernels/debian"
)

// Options choose what the machine is made of. The kernel and the runtime are fetched
// from Debian unless set; the suite's program is looked for beside this one.
type Options struct {
	// Platform is os/architecture[/variant].
	Platform string

	// Kernel is the file of a kernel's image that has overlay and veth built in:
	// requirements that need what it lacks are not testable.
	Kernel string

	// Runtime is the file of a static OCI runtime for the platform.
	Runtime string

	// Suite is the file of pause-conformance for the platform.
	Suite string

	// Soak is how much longer than usual a run takes.
	Soak time.Duration
}

// RuntimePath is where the machine has its OCI runtime.
const RuntimePath = "/usr/bin/crun"

const (
	// memory is in MiB: the images are in memory, and thousands of processes.
	memory = 4096

	// cpuTime is how much of the host's processor a whole run may take, besides its soak.
	cpuTime = 40 * time.Minute

	// timeout is by the machine's clock, besides a soak; each requirement has a limit of its own.
	timeout = 2 * time.Hour
)

// modules are those of the kernel that pods need.
var modules = []string{"overlay", "veth"}

// Machine is a machine that is ready to run the suite.
type Machine struct {
	kernels.Machine

	// Files are the machine's own, without images.
	Files []kernels.File

	// Command starts the suite's program, which is the machine's init as well. It
	// lacks the program's arguments and input.
	Command kernels.Command
}

// Prepare gets everything that the machine needs. The error tells in one line what
// is missing.
func Prepare(ctx context.Context, options Options) (Machine, error) {
	m := Machine{Command: kernels.Command{
		Path: "/init", Env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}, Timeout: timeout + options.Soak,
	}}
	for _, prepare := range []func(context.Context, Options) error{m.addSuite, m.addKernel, m.addRuntime} {
		if err := prepare(ctx, options); err != nil {
			return m, fmt.Errorf("virtual machine for %s: %w", options.Platform, err)
		}
	}
	m.Memory, m.CPUTime = memory, cpuTime+options.Soak
	return m, nil
}

func (m *Machine) addKernel(ctx context.Context, options Options) error {
	m.Platform = options.Platform
	if options.Kernel != "" {
		m.Kernel = options.Kernel
		if _, err := exec.LookPath(kernels.Emulator(m.Platform)); err != nil {
			return fmt.Errorf("%w: install it", err)
		}
		return nil
	}
	target, cache, err := source(options.Platform)
	if err != nil {
		return err
	}
	download, err := target.Machine(ctx, cache)
	if err != nil {
		return fmt.Errorf("%w; or name a kernel's file with --kernel", err)
	}
	m.Kernel, m.Emulator, m.Firmware = download.Kernel, download.Emulator, download.Firmware
	kernel, err := target.Kernel.Fetch(ctx, cache)
	if err != nil {
		return err
	}
	files, err := kernel.Modules(ctx, modules...)
	if err != nil {
		return err
	}
	for _, file := range files {
		m.Command.Modules = append(m.Command.Modules, file.Name)
	}
	m.Files = append(m.Files, files...)
	return nil
}

func (m *Machine) addRuntime(ctx context.Context, options Options) error {
	if options.Runtime != "" {
		file, err := program(options.Runtime, RuntimePath)
		m.Files = append(m.Files, file)
		return err
	}
	target, cache, err := source(options.Platform)
	if err != nil {
		return err
	}
	tree, err := cache.FetchTree(ctx, "bookworm", target.Kernel.Architecture, "crun")
	if err != nil {
		return fmt.Errorf("%w; or name a static OCI runtime's file with --runtime", err)
	}
	files, err := tree.Program(RuntimePath)
	m.Files = append(m.Files, files...)
	return err
}

func source(platform string) (debian.Target, debian.Cache, error) {
	dir, err := debian.CacheDir()
	if err != nil {
		return debian.Target{}, debian.Cache{}, err
	}
	target, err := debian.FindTarget(platform)
	return target, debian.Cache{Dir: dir, Mirror: debian.Mirror}, err
}

// EmulatorVersion returns the first line of what the emulator says of itself.
func (m *Machine) EmulatorVersion(ctx context.Context) string {
	command := m.Emulator
	if len(command) == 0 {
		command = []string{kernels.Emulator(m.Platform)}
	}
	output, err := engine.ProgramVersion(ctx, command...)
	if err != nil {
		return "qemu-system"
	}
	line, _, _ := strings.Cut(output, "\n")
	return line
}
