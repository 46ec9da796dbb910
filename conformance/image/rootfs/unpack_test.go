package rootfs

import (
	"archive/tar"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// unpacked returns the directory that the layers are unpacked into. Its parent
// holds a file that no layer may change.
func unpacked(t *testing.T, layers ...layer) (string, error) {
	t.Helper()
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "host"), []byte("host"), 0o600); err != nil {
		t.Fatal(err)
	}
	directory := filepath.Join(outside, "root")
	if err := os.Mkdir(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if content, err := os.ReadFile(filepath.Join(outside, "host")); err != nil || string(content) != "host" {
			t.Errorf("the file outside of the root holds %q, %v", content, err)
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) != 2 {
			t.Errorf("outside of the root: %v, %v", entries, err)
		}
	})
	tree, err := flatten(t, layers...)
	if err != nil {
		return directory, err
	}
	return directory, tree.Unpack(context.Background(), directory)
}

func TestUnpacksTheFlattenedRoot(t *testing.T) {
	directory, err := unpacked(t,
		layer{{Name: "bin/pause", Mode: 0o755, Content: []byte("program")}, file("gone"), {Name: "closed/", Type: tar.TypeDir, Mode: 0o500}, file("closed/one")},
		layer{file(".wh.gone"), {Name: "bin/su", Mode: 0o6711, Content: []byte("su")}, link("sh", "/bin/pause"), hardLink("hard", "bin/pause")},
	)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{
		"bin": fs.ModeDir | 0o755, "bin/su": fs.ModeSetuid | fs.ModeSetgid | 0o711, "closed": fs.ModeDir | 0o500, "closed/one": 0o644, "sh": fs.ModeSymlink | 0o777,
	} {
		if found, err := os.Lstat(filepath.Join(directory, name)); err != nil || found.Mode() != want {
			t.Errorf("%s: %v, %v, want %s", name, found, err, want)
		}
	}
	if content, err := os.ReadFile(filepath.Join(directory, "hard")); string(content) != "program" {
		t.Errorf("hard holds %q, %v", content, err)
	}
	if target, err := os.Readlink(filepath.Join(directory, "sh")); target != "/bin/pause" {
		t.Errorf("sh leads to %q, %v", target, err)
	}
	if _, err := os.Lstat(filepath.Join(directory, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a whiteout hides: %v", err)
	}
	one, err1 := os.Stat(filepath.Join(directory, "hard"))
	two, err2 := os.Stat(filepath.Join(directory, "bin/pause"))
	if err := errors.Join(err1, err2); err != nil || !os.SameFile(one, two) {
		t.Errorf("the hard link is another file, %v", err)
	}
}

func TestHostileLayersStayInTheDirectory(t *testing.T) {
	for name, test := range map[string]struct {
		layers []layer
		want   string // of the error, where there is one
	}{
		"a name with ..":                     {[]layer{{file("../host")}}, "leads out of the root"},
		"a name with .. below a directory":   {[]layer{{file("a/b/../../../host")}}, "leads out of the root"},
		"a hard link out":                    {[]layer{{hardLink("a", "../host")}}, "leads out of the root"},
		"a hard link through a link":         {[]layer{{link("up", ".."), hardLink("a", "up/host")}}, "no file of the image"},
		"a file through an absolute link":    {[]layer{{link("a", "/"), file("a/host")}}, ""},
		"a file through a link with ..":      {[]layer{{link("a", "../.."), file("a/host")}}, ""},
		"a file through a link, over layers": {[]layer{{link("a", "..")}, {file("a/host")}}, ""},
		"a file in place of a link":          {[]layer{{link("a", "../host")}, {file("a")}}, ""},
		"a link in place of a directory":     {[]layer{{file("a/host")}, {link("a", "..")}, {file("a/host")}}, ""},
		"a whiteout through a link":          {[]layer{{link("a", "..")}, {file("a/.wh.host")}}, ""},
		"a link in place of the root":        {[]layer{{link("./", "..")}}, "the root is not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := unpacked(t, test.layers...)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestDevicesAreNotUnpacked(t *testing.T) {
	directory, err := unpacked(t, layer{
		{Name: "dev/mem", Type: tar.TypeChar, Mode: 0o666}, {Name: "dev/sda", Type: tar.TypeBlock, Mode: 0o666},
		{Name: "fifo", Type: tar.TypeFifo, Mode: 0o666}, hardLink("memory", "dev/mem"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dev/mem", "dev/sda", "fifo", "memory"} {
		if found, err := os.Lstat(filepath.Join(directory, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}

func TestOwnersAndCapabilitiesAreKept(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file to another user")
	}
	const capabilities = "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" // cap_net_bind_service=ep
	directory, err := unpacked(t, layer{
		{Name: "pause", Mode: 0o4755, UID: 65535, GID: 42, Capabilities: capabilities}, {Name: "home/", Type: tar.TypeDir, Mode: 0o700, UID: 7},
		{Name: "link", Type: tar.TypeSymlink, Link: "/etc/shadow", UID: 9},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]uint32{"pause": {65535, 42}, "home": {7, 0}, "link": {9, 0}} {
		info, err := os.Lstat(filepath.Join(directory, name))
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != want[0] || owner.Gid != want[1] {
			t.Errorf("%s belongs to %d:%d, want %v", name, owner.Uid, owner.Gid, want)
		}
	}
	if info, err := os.Stat(filepath.Join(directory, "pause")); err != nil || info.Mode() != fs.ModeSetuid|0o755 {
		t.Errorf("pause: %v, %v", info, err)
	}
	var value [64]byte
	n, err := unix.Getxattr(filepath.Join(directory, "pause"), "security.capability", value[:])
	if errors.Is(err, unix.ENOTSUP) {
		t.Skip("the file system of the test has no extended attributes")
	}
	if err != nil || string(value[:n]) != capabilities {
		t.Errorf("capabilities %q, %v", value[:max(n, 0)], err)
	}
}

func TestUnpacksIntoAnEmptyDirectoryAlone(t *testing.T) {
	tree, err := flatten(t, layer{file("pause")})
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	if err := tree.Unpack(context.Background(), directory); err != nil {
		t.Fatal(err)
	}
	if err := tree.Unpack(context.Background(), directory); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a directory with files: %v", err)
	}
}

func TestASparseFileIsNotUnpackedBeyondTheLimit(t *testing.T) {
	// A map of holes makes a file of 2 GiB out of an archive of a few blocks.
	archive := fixture.SparseTar(t, "pause", 2<<30)
	tree, err := Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, fixture.Layer(t, archive)), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Unpack(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "more than 1073741824 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestUnpackingEndsWithItsContext(t *testing.T) {
	tree, err := flatten(t, layer{file("pause")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tree.Unpack(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
