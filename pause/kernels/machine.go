// Package kernels runs a command on the Linux kernel of any platform, in a
// virtual machine whose processor qemu emulates: no KVM, no privilege, no disk
// and no network. The files of the machine are one archive in memory, and what it
// prints and writes comes back over its console.
package kernels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/podsandbox/pause/pause/kernels/console"
	"github.com/podsandbox/pause/pause/kernels/cpio"
	"github.com/podsandbox/pause/pause/kernels/guest"
)

// File is a file of a machine.
type File = cpio.File

// Command is what a machine is started for.
type Command = guest.Command

// Machine is a virtual machine with one processor.
type Machine struct {
	// Platform is the machine's, one of Platforms.
	Platform string

	// Kernel is the path of the kernel's image.
	Kernel string

	// Init is the path of a static program for the platform that calls guest.Run.
	Init string

	// Emulator is the command of qemu-system and its first arguments; without
	// one, it is the platform's own from PATH.
	Emulator []string

	// Firmware is the path of the firmware, where a platform needs one.
	Firmware string

	// Memory is in MiB; 0 is DefaultMemory.
	Memory int

	// CPUTime limits what the emulator may use of the host's processor; 0 is no
	// limit. The clock of the host would punish a machine for its neighbours.
	CPUTime time.Duration

	// Stdout and Stderr receive what the command prints, if they are set.
	Stdout, Stderr io.Writer
}

// DefaultMemory is in MiB: enough for 10,000 processes.
const DefaultMemory = 3072

// Result is the outcome of a machine.
type Result struct {
	// Status is the command's exit code, or 128 and the number of the signal
	// that killed it.
	Status int

	// Kernel is the kernel's release, as uname -r prints it.
	Kernel string

	// PageSize is the kernel's, in bytes.
	PageSize int

	// Reports are the files that the command asked to have back, by their paths.
	Reports map[string][]byte

	// CPUTime is what the emulator has used of the host's processor.
	CPUTime time.Duration
}

// Run starts the machine with the files, runs the command in it, and ends the
// machine. The error tells why the command was not run to its end: a command
// that fails has a Status, and no error.
func (m Machine) Run(ctx context.Context, files []File, command Command) (Result, error) {
	result, err := m.run(ctx, files, command)
	if err != nil {
		return result, fmt.Errorf("machine %s with kernel %s: %w", m.Platform, filepath.Base(m.Kernel), err)
	}
	return result, nil
}

func (m Machine) run(ctx context.Context, files []File, command Command) (Result, error) {
	initramfs, err := m.initramfs(files, command)
	if err != nil {
		return Result{}, err
	}
	defer initramfs.Close()
	emulator, err := m.start(ctx, initramfs)
	if err != nil {
		return Result{}, err
	}
	result, err := m.read(emulator.console)
	// The last frame has arrived, so that the machine need not shut down.
	end, reason := emulator.stop()
	result.CPUTime = end
	switch {
	case err == nil:
		return result, nil
	case ctx.Err() != nil:
		return result, ctx.Err()
	case errors.Is(err, io.EOF):
		return result, reason
	}
	return result, err
}

// initramfs returns a file that has no name, and so is gone with whoever holds it open.
func (m Machine) initramfs(files []File, command Command) (*os.File, error) {
	init, err := os.ReadFile(m.Init)
	if err != nil {
		return nil, err
	}
	order, err := json.Marshal(command)
	if err != nil {
		return nil, err
	}
	archive, err := os.CreateTemp("", "initramfs-")
	if err != nil {
		return nil, err
	}
	const consoleMajor, consoleMinor = 5, 1
	own := []File{
		{Name: "/dev/console", Mode: fs.ModeDevice | fs.ModeCharDevice | 0o600, Major: consoleMajor, Minor: consoleMinor},
		{Name: guest.Init, Mode: 0o755, Content: init},
		{Name: guest.CommandFile, Mode: 0o600, Content: order},
	}
	if err := errors.Join(os.Remove(archive.Name()), cpio.Write(archive, append(own, files...))); err != nil {
		archive.Close()
		return nil, err
	}
	return archive, nil
}

// read reads frames until the last one of the machine. io.EOF is an end
// without it.
func (m Machine) read(frames *console.Reader) (Result, error) {
	result := Result{Reports: map[string][]byte{}}
	var path string
	for {
		frame, err := frames.Read()
		if err != nil {
			return result, err
		}
		switch frame.Kind {
		case console.Machine:
			var report console.MachineReport
			err = json.Unmarshal(frame.Content, &report)
			result.Kernel, result.PageSize = report.Release, report.PageSize
		case console.Stdout, console.Stderr:
			if to := map[console.Kind]io.Writer{console.Stdout: m.Stdout, console.Stderr: m.Stderr}[frame.Kind]; to != nil {
				_, err = to.Write(frame.Content)
			}
		case console.FileName:
			path = string(frame.Content)
			result.Reports[path] = nil
		case console.FileContent:
			result.Reports[path] = append(result.Reports[path], frame.Content...)
		case console.Exit:
			var report console.ExitReport
			if err := json.Unmarshal(frame.Content, &report); err != nil {
				return result, err
			}
			result.Status = report.Status
			if report.Error != "" {
				return result, errors.New(report.Error)
			}
			return result, nil
		}
		if err != nil {
			return result, err
		}
	}
}
