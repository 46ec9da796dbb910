package crio

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/node/machine"
)

// runtimeName is the name by which CRI-O runs this program in place of runc.
const runtimeName = "runc-of-this-machine"

// linkRuntime returns the path of this program under that name.
func linkRuntime() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(machine.Dir(), runtimeName)
	return path, os.Symlink(program, path)
}

// IsRuntime tells whether CRI-O runs this program in place of runc.
func IsRuntime() bool { return filepath.Base(os.Args[0]) == runtimeName }

// RunRuntime takes what this machine cannot do from the configuration of a container, and
// becomes runc. CRI-O has no settings for that, as containerd has.
func RunRuntime() error {
	if i := slices.Index(os.Args, "--bundle"); i > 0 && i+1 < len(os.Args) {
		if err := reduce(filepath.Join(os.Args[i+1], "config.json")); err != nil {
			return err
		}
	}
	path, err := exec.LookPath("runc")
	if err != nil {
		return err
	}
	return unix.Exec(path, append([]string{"runc"}, os.Args[1:]...), os.Environ())
}

// reduce takes a score of less than 0 away, which root without CAP_SYS_RESOURCE cannot set, as in
// some virtual machines, and limits of huge pages, which no mounted controller may have.
func reduce(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var spec map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	if err := decoder.Decode(&spec); err != nil {
		return err
	}
	process, isProcess := spec["process"].(map[string]any)
	linux, isLinux := spec["linux"].(map[string]any)
	if !isProcess || !isLinux {
		return errors.New(path + " has neither a process nor namespaces")
	}
	delete(process, "oomScoreAdj")
	if resources, limited := linux["resources"].(map[string]any); limited {
		delete(resources, "hugepageLimits")
	}
	content, err = json.Marshal(spec)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}
