package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/containerd/go-runc"

	"github.com/podsandbox/pause/conformance/engine"
)

// runtimes are looked for in this order where none is named.
var runtimes = []string{"runc", "crun", "youki"}

// ownKernel is a runtime that runs each pod on a kernel of its own, whose processes and namespaces
// are not this machine's: nothing outside can join them, or send their programs a signal.
const ownKernel = "runsc"

// findRuntime returns the path of a runtime, which is a name in PATH or a path.
func findRuntime(name string) (string, error) {
	names := runtimes
	if name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	if name == "" {
		return "", fmt.Errorf("no OCI runtime in PATH (%s): install one, or pass its path with --runtime", strings.Join(runtimes, ", "))
	}
	return "", fmt.Errorf("OCI runtime %q is neither in PATH nor a program: install it, or pass its path with --runtime", name)
}

var firstLine = regexp.MustCompile(`^(\S+)(?: version:?)? (\S*\d\S*)`)

// describeRuntime returns the name and version that a runtime tells.
func describeRuntime(ctx context.Context, path string) (name, version string, err error) {
	output, err := engine.ProgramVersion(ctx, path)
	if err != nil {
		return "", "", err
	}
	match := firstLine.FindStringSubmatch(output)
	if match == nil {
		return "", "", fmt.Errorf("%s --version says %.100q: it is no OCI runtime with the command line of runc", path, output)
	}
	name, version = match[1], match[2]
	if name == ownKernel {
		return "", "", fmt.Errorf("%s runs each pod on a kernel of its own, where the suite sees no process of it: judge the image on runc or crun", name)
	}
	return name, version, nil
}

// commands returns the command line of the runtime, which logs into the directory.
func (e *Engine) commands(directory string) *runc.Runc {
	return &runc.Runc{
		Command:      e.runtime,
		WorkDir:      directory,
		Root:         filepath.Join(e.directory, "state"),
		Log:          filepath.Join(directory, "log.json"),
		LogFormat:    runc.JSON,
		PdeathSignal: syscall.SIGKILL, // a container of a killed run must not appear after its sweep
		Setpgid:      true,            // an interrupt from the terminal is this program's alone
	}
}

// loggedError returns the last error in a runtime's log, or an empty string.
func loggedError(path string) (message string) {
	content, _ := os.ReadFile(path)
	for line := range strings.Lines(string(content)) {
		var entry struct{ Level, Msg string }
		if json.Unmarshal([]byte(line), &entry) == nil && (entry.Level == "error" || entry.Level == "fatal") {
			message = entry.Msg
		}
	}
	return message
}

// reason is an error with the runtime's own message, or else err, on one line.
func reason(message string, err error) error {
	if message == "" {
		message = err.Error()
	}
	return errors.New(strings.Join(strings.Fields(message), " "))
}
