package containerd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/conformance/engine"
)

// programs are what a private instance consists of.
type programs struct {
	containerd string
	version    string
	plugins    string // the directory of the CNI plugins
	runtime    string // an OCI runtime
}

// plugins are the CNI plugins that pods need.
var plugins = []string{"ptp", "host-local", "loopback"}

// find looks for every program, and says in one line which is missing and where it is
// to be had.
func find(ctx context.Context, runtime string) (p programs, err error) {
	if err := engine.NeedsRoot(); err != nil {
		return p, fmt.Errorf("a private containerd %w", err)
	}
	if p.containerd, err = exec.LookPath("containerd"); err != nil {
		return p, errors.New("no containerd in PATH: install it (Debian's package containerd, or a release of containerd), or choose another --engine")
	}
	path := os.Getenv("PATH") + string(filepath.ListSeparator) + filepath.Dir(p.containerd)
	if lookPath("containerd-shim-runc-v2", path) == "" {
		return p, errors.New("no containerd-shim-runc-v2 in PATH or beside containerd: install it from the same package")
	}
	if runtime == "" {
		runtime = "runc"
	}
	if p.runtime, err = exec.LookPath(runtime); err != nil {
		return p, fmt.Errorf("no OCI runtime %s in PATH: install it, or name another with --runtime", runtime)
	}
	if p.runtime, err = filepath.Abs(p.runtime); err != nil {
		return p, err
	}
	if p.plugins, err = findPlugins(); err != nil {
		return p, err
	}
	p.version, err = versionOf(ctx, p.containerd)
	return p, err
}

// pluginDirectories are where distributions and Kubernetes put CNI plugins.
var pluginDirectories = []string{"/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"}

// findPlugins looks in CNI_PATH (github.com/containernetworking/cni) or, where it is not set, where plugins
// usually are.
func findPlugins() (directory string, err error) {
	directories := pluginDirectories
	if path := os.Getenv("CNI_PATH"); path != "" {
		directories = filepath.SplitList(path)
	}
	for _, directory := range directories {
		missing := false
		for _, plugin := range plugins {
			missing = missing || lookPath(plugin, directory) == ""
		}
		if !missing {
			return directory, nil
		}
	}
	return "", fmt.Errorf("no CNI plugins %s in %s: install them (Debian's package containernetworking-plugins), or name their directory with CNI_PATH",
		strings.Join(plugins, ", "), strings.Join(directories, ", "))
}

func lookPath(program, path string) string {
	for _, directory := range filepath.SplitList(path) {
		file := filepath.Join(directory, program)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file
		}
	}
	return ""
}

// versionOf reads "containerd MODULE VERSION REVISION".
func versionOf(ctx context.Context, containerd string) (string, error) {
	output, err := engine.ProgramVersion(ctx, containerd)
	if err != nil {
		return "", err
	}
	fields := strings.Fields(output)
	if len(fields) < 3 || fields[0] != "containerd" {
		return "", fmt.Errorf("%s is not containerd: its version is %.100q", containerd, output)
	}
	return strings.TrimPrefix(fields[2], "v"), nil
}
