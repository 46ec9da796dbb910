package guest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/pause/kernels/console"
)

// Called tells whether this process is the first one of a machine.
func Called() bool { return os.Getpid() == 1 && os.Args[0] == Init }

// Run is the whole life of the first process. It does not return: the kernel
// panics when its first process exits.
func Run() {
	out, err := openConsole()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		writer := console.NewWriter(out)
		report, err := runCommand(writer)
		if err != nil {
			report.Error = err.Error()
		}
		if err := writeJSON(writer, console.Exit, report); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	for {
		_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
		_ = unix.Pause()
	}
}

func runCommand(writer *console.Writer) (console.ExitReport, error) {
	machine, err := describe()
	if err != nil {
		return console.ExitReport{}, err
	}
	if err := writeJSON(writer, console.Machine, machine); err != nil {
		return console.ExitReport{}, err
	}
	if err := mountAll(); err != nil {
		return console.ExitReport{}, err
	}
	command, err := readCommand()
	if err != nil {
		return console.ExitReport{}, err
	}
	for _, module := range command.Modules {
		if err := loadModule(module); err != nil {
			return console.ExitReport{}, err
		}
	}
	report, err := command.run(writer)
	for _, path := range command.Reports {
		if err := sendReports(writer, path); err != nil {
			return report, err
		}
	}
	return report, err
}

func describe() (console.MachineReport, error) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return console.MachineReport{}, os.NewSyscallError("uname", err)
	}
	return console.MachineReport{Release: unix.ByteSliceToString(name.Release[:]), PageSize: os.Getpagesize()}, nil
}

func writeJSON(writer *console.Writer, kind console.Kind, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return writer.Write(kind, content)
}

func sendReports(writer *console.Writer, root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err) && path == root:
			return nil
		case err != nil:
			return err
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := writer.Write(console.FileName, []byte(path)); err != nil {
			return err
		}
		return writer.Write(console.FileContent, content)
	})
}
