package image

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

func FuzzDockerArchive(f *testing.F) {
	fuzz(f, "docker-archive:", dockerArchive(f, map[string]v1.Image{"pause:1": small(f)}))
}

func FuzzOCIArchive(f *testing.F) {
	fuzz(f, "oci-archive:", layoutArchive(f, fixture.Index(f, fixture.Entry{Platform: "linux/amd64", Image: small(f)})))
}

func small(t testing.TB) v1.Image {
	return fixture.Image(t, fixture.ConfigFor(t, "linux/amd64"), fixture.Layer(t, fixture.Tar(t, fixture.Executable([]byte("program")))))
}

func fuzz(f *testing.F, kind string, seed []byte) {
	f.Add(seed)
	f.Add(fixture.Gzipped(f, seed))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		file := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readWhole(kind+file, rootfs.Limits{Bytes: 1 << 20, Entries: 1000, Names: 1 << 16}); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("not one line: %q", err)
		}
	})
}
