package makefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMissingPackagesAreInstalledAndAbsentOnesNamed(t *testing.T) {
	sandbox := newSandbox(t)
	// Nothing but the stubs and what the recipe itself is made of.
	for _, command := range []string{"sh", "awk", "git"} {
		target, err := exec.LookPath(command)
		sandbox.must(err)
		sandbox.must(os.Symlink(target, filepath.Join(sandbox.dir, "stubs", command)))
	}
	sandbox.must(os.Symlink(executable(), filepath.Join(sandbox.dir, "stubs", "id")))
	calls, output := sandbox.run([]string{"packages"}, []string{"PATH=" + filepath.Join(sandbox.dir, "stubs"), refusalVariable + "=tini"})

	var packages []string
	for _, call := range calls {
		if call.Command == "apt-get" && slices.Contains(call.Args, "install") {
			packages = append(packages, call.Args[len(call.Args)-1])
		}
	}
	for _, name := range []string{"catatonit", "crun", "qemu-user-static", "skopeo"} {
		if !slices.Contains(packages, name) {
			t.Errorf("%s is not installed; what is: %q", name, packages)
		}
	}
	if lines := strings.Split(strings.TrimSpace(output), "\n"); !strings.HasSuffix(lines[len(lines)-1], "install them as root: tini") {
		t.Errorf("the package that is absent is not named: %s", output)
	}
}
