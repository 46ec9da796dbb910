package bundle_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/podsandbox/pause/images/bundle"
)

func TestModesDoNotDependOnTheUmask(t *testing.T) {
	dir := t.TempDir()
	before := syscall.Umask(0o077)
	err := newBundle(t, "1").Write(t.Context(), dir)
	syscall.Umask(before)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o644)
		if parent := filepath.Base(filepath.Dir(path)); entry.IsDir() || parent == "bin" || parent == "debug" {
			want = 0o755
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBuildsInOneDirectoryWaitForEachOther(t *testing.T) {
	dir := t.TempDir()
	var builds sync.WaitGroup
	for _, version := range []string{"1", "2", "3", "4"} {
		result := newBundle(t, version)
		builds.Go(func() {
			if err := result.Write(t.Context(), dir); err != nil {
				t.Error(err)
			}
			if _, err := bundle.Open(t.Context(), dir); err != nil {
				t.Error(err)
			}
		})
	}
	builds.Wait()
}

func TestWaitForAnotherBuildEndsWithTheContext(t *testing.T) {
	dir := t.TempDir()
	holder := exec.Command("flock", dir, "sleep", "infinity")
	holder.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := holder.Start(); err != nil {
		t.Skip("no flock: apt-get install util-linux")
	}
	defer func() {
		syscall.Kill(-holder.Process.Pid, syscall.SIGKILL)
		holder.Wait()
	}()
	for deadline := time.Now().Add(10 * time.Second); exec.Command("flock", "--nonblock", dir, "true").Run() == nil; {
		if time.Now().After(deadline) {
			t.Fatal("nothing is locked")
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := newBundle(t, "1").Write(ctx, dir); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v", err)
	}
}

func TestWhatAKilledBuildLeavesIsSwept(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, ".build-1234", "oci")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := newBundle(t, "2").Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); strings.Join(got, "\n") != strings.Join(publicationFiles, "\n") {
		t.Errorf("files %q, want %q", got, publicationFiles)
	}
}

func TestBuildThatIsNotCompleteIsRefused(t *testing.T) {
	for damage, inflict := range map[string]func(dir string) error{
		"holds no build":                func(dir string) error { return os.RemoveAll(dir) },
		"has no SHA256SUMS":             func(dir string) error { return os.Remove(filepath.Join(dir, "SHA256SUMS")) },
		"no such file":                  func(dir string) error { return os.RemoveAll(filepath.Join(dir, "archives")) },
		"bin/pause-linux-amd64 is not":  func(dir string) error { return cut(dir, "bin/pause-linux-amd64") },
		"oci/index.json is not the":     func(dir string) error { return cut(dir, "oci/index.json") },
		"SHA256SUMS has the line":       func(dir string) error { return cut(dir, "SHA256SUMS") },
		"sbom.spdx.json is no regular":  func(dir string) error { return pipe(dir, "sbom.spdx.json") },
		"path escapes from parent":      func(dir string) error { return link(dir, "provenance.intoto.json", "/etc/hostname") },
		"sbom.spdx.json is not the fil": func(dir string) error { return link(dir, "sbom.spdx.json", "provenance.intoto.json") },
		"there is no oci/blobs/sha256/": func(dir string) error { return unlist(dir, "oci/blobs/") },
		"DIGEST is \"\"":                func(dir string) error { return unlist(dir, "DIGEST") },
		"there is no provenance.intoto": func(dir string) error { return unlist(dir, "provenance.intoto.json") },
		"oci/index.json: EOF":           func(dir string) error { return unlist(dir, "oci/index.json") },
	} {
		dir := t.TempDir()
		if err := newBundle(t, "1").Write(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		if err := inflict(dir); err != nil {
			t.Fatal(err)
		}
		_, err := bundle.Open(t.Context(), dir)
		if err == nil || !strings.Contains(err.Error(), damage) || !strings.Contains(err.Error(), "run make") || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, damage)
		}
	}
}

func cut(dir, path string) error { return os.Truncate(filepath.Join(dir, path), 10) }

func pipe(dir, path string) error {
	if err := os.Remove(filepath.Join(dir, path)); err != nil {
		return err
	}
	return syscall.Mkfifo(filepath.Join(dir, path), 0o600)
}

func link(dir, path, target string) error {
	if err := os.Remove(filepath.Join(dir, path)); err != nil {
		return err
	}
	return os.Symlink(target, filepath.Join(dir, path))
}

// unlist takes the files whose paths begin with the prefix out of the checksums.
func unlist(dir, prefix string) error {
	path := filepath.Join(dir, "SHA256SUMS")
	list, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var rest strings.Builder
	for line := range strings.Lines(string(list)) {
		if !strings.Contains(line, "  "+prefix) {
			rest.WriteString(line)
		}
	}
	return os.WriteFile(path, []byte(rest.String()), 0o600)
}

func FuzzOpen(f *testing.F) {
	f.Add("SHA256SUMS", []byte("0 ../x\n"))
	f.Add("oci/index.json", []byte(`{"manifests": [{"digest": "sha256:0"}]}`))
	f.Add("oci/index.json", []byte(`{"manifests": [{}]}`))
	f.Add("DIGEST", []byte("sha256:"))
	parse, err := bundle.Parser(newBundle(f, "1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		publication, err := parse(name, content)
		if (publication == nil) == (err == nil) {
			t.Errorf("%+v, error %v", publication, err)
		}
	})
}
