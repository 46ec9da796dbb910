package bundle_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/podsandbox/pause/images/internal/daemon"
	"github.com/podsandbox/pause/pause/freestanding"
)

// The name is that of kubeadm's nodes. A containerd of
// the test's own holds it, so no image of the machine is in danger.
const fullName = "registry.k8s.io/pause:3.10.2"

// pinLabel keeps kubelet's garbage collection from removing an image.
const pinLabel = "io.cri-containerd.pinned=pinned"

// imageLabel is what the CRI plugin puts on the images that it offers to kubelet.
const imageLabel = "io.cri-containerd.image=managed"

func TestContainerdImportsTheArchiveUnderItsNameAndPinned(t *testing.T) {
	address := containerd(t)
	for content, path := range map[string]string{
		"one platform":  imageFile(t, tagOf(t, fullName), image(t, native(t))),
		"all platforms": indexFile(t, tagOf(t, fullName), index(t)),
	} {
		t.Run(content, func(t *testing.T) {
			ctr := func(args ...string) string {
				return output(t, "ctr", append([]string{"--address", address, "--namespace", "k8s.io", "images"}, args...)...)
			}
			if strings.Contains(ctr("import", "--help"), "--label") {
				ctr("import", "--label", pinLabel, path)
			} else { // containerd 1.6
				ctr("import", path)
				ctr("label", fullName, pinLabel)
			}
			t.Cleanup(func() { ctr("remove", "--sync", fullName) })
			daemon.Eventually(t, func() error {
				images := ctr("list", "name=="+fullName)
				for _, want := range []string{fullName + " ", pinLabel, imageLabel} {
					if !strings.Contains(images, want) {
						return fmt.Errorf("no %q in:\n%s", want, images)
					}
				}
				return nil
			})
			if all := ctr("list", "--quiet"); strings.Contains(all, "import-") {
				t.Errorf("containerd made up a name:\n%s", all)
			}
		})
	}
}

// containerd starts a containerd with directories and a socket of its own, and
// returns the socket's address.
func containerd(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("containerd wants root")
	}
	dir := shortDir(t)
	address, config := filepath.Join(dir, "containerd.sock"), filepath.Join(dir, "config.toml")
	settings := fmt.Sprintf("version = 2\nroot = %q\nstate = %q\n[grpc]\n  address = %q\n", dir+"/root", dir+"/state", address)
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon.Start(t, func() error {
		answer, err := exec.Command("ctr", "--address", address, "version").CombinedOutput()
		if err != nil {
			return fmt.Errorf("containerd does not answer: %w\n%s", err, answer)
		}
		return nil
	}, "containerd", "--config", config)
	return address
}

// shortDir is a directory for sockets, whose paths have at most 107 bytes, and
// for podman's state, which allows 50.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "archive-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// native is the platform of this machine: containerd unpacks no other.
func native(t *testing.T) freestanding.Platform {
	t.Helper()
	for _, platform := range freestanding.Platforms {
		if platform.Architecture == runtime.GOARCH {
			return platform
		}
	}
	t.Skipf("pause is not built for %s", runtime.GOARCH)
	return freestanding.Platform{}
}
