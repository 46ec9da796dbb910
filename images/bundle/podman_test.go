package bundle_test

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

func TestPodmanLoadsTheArchiveUnderItsName(t *testing.T) {
	store := shortDir(t)
	podman := func(args ...string) string {
		return output(t, "podman", append([]string{"--root", store + "/root", "--runroot", store + "/run", "--storage-driver", "vfs"}, args...)...)
	}
	if _, err := exec.LookPath("podman"); err != nil {
		t.Skip("no podman: apt-get install podman")
	}
	for _, platform := range freestanding.Platforms[:2] {
		for _, name := range []string{fullName, "docker.io/library/pause:1"} {
			podman("load", "--quiet", "--input", imageFile(t, tagOf(t, name), image(t, platform)))
			if got := podman("image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", name); got != platform.String() {
				t.Errorf("%s is for %s, want %s", name, got, platform)
			}
		}
	}
	podman("load", "--quiet", "--input", indexFile(t, tagOf(t, "docker.io/library/index:1"), index(t)))
	if got := podman("image", "inspect", "--format", "{{.Architecture}}", "docker.io/library/index:1"); got != runtime.GOARCH {
		t.Errorf("the image of an index is for %s, want %s", got, runtime.GOARCH)
	}
}

func TestSkopeoCopiesTheArchiveBitForBit(t *testing.T) {
	if _, err := exec.LookPath("skopeo"); err != nil {
		t.Skip("no skopeo: apt-get install skopeo")
	}
	want := image(t, freestanding.Platforms[1])
	digest, err := want.Digest()
	if err != nil {
		t.Fatal(err)
	}
	path := imageFile(t, tagOf(t, fullName), want)
	for source, exact := range map[string]bool{
		"oci-archive:" + path + ":" + fullName:    true,
		"oci-archive:" + path:                     true,
		"docker-archive:" + path + ":" + fullName: false,
	} {
		target := "oci:" + filepath.Join(t.TempDir(), "copy") + ":1"
		output(t, "skopeo", "copy", "--quiet", source, target)
		text := output(t, "skopeo", "inspect", "--override-arch", "arm64", target)
		if !strings.Contains(text, `"Architecture": "arm64"`) || exact && !strings.Contains(text, digest.String()) {
			t.Errorf("%s was copied as:\n%s\nwant %s for arm64", source, text, digest)
		}
	}
}
