package debian

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// emulatorSuite is the release whose qemu is fetched.
const emulatorSuite = "trixie"

// Tree is a directory with packages and all that they depend on.
type Tree struct {
	Dir string
}

// fetchEmulator returns a tree of the packages for this machine, made of a release
// of its own: it needs nothing of the system's, not even the C library.
func (c Cache) fetchEmulator(ctx context.Context, names ...string) (Tree, error) {
	architecture, err := exec.CommandContext(ctx, "dpkg", "--print-architecture").Output()
	if err != nil {
		return Tree{}, fmt.Errorf("dpkg --print-architecture: %w", err)
	}
	return c.FetchTree(ctx, emulatorSuite, strings.TrimSpace(string(architecture)), names...)
}

// FetchTree returns a tree of the packages and all that they depend on, of a suite
// and an architecture by Debian's names.
func (c Cache) FetchTree(ctx context.Context, suite, architecture string, names ...string) (Tree, error) {
	root, err := c.open(ctx, suite, architecture)
	if err != nil {
		return Tree{}, err
	}
	defer root.close()
	packages, err := root.closure(ctx, names)
	if err != nil {
		return Tree{}, root.withStale(err)
	}
	debs, err := root.download(ctx, packages)
	if err != nil {
		return Tree{}, root.withStale(err)
	}
	return c.unpack(ctx, debs)
}

func (c Cache) unpack(ctx context.Context, debs []string) (Tree, error) {
	key := sha256.Sum256([]byte(strings.Join(debs, "\n")))
	tree := Tree{filepath.Join(c.Dir, "trees", fmt.Sprintf("%x", key[:8]))}
	if _, err := os.Stat(tree.Dir); err == nil {
		return tree, nil
	}
	partial := fmt.Sprintf("%s.%d", tree.Dir, os.Getpid())
	defer os.RemoveAll(partial)
	if err := os.MkdirAll(partial, 0o755); err != nil {
		return Tree{}, err
	}
	for _, deb := range debs {
		if printed, err := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, partial).CombinedOutput(); err != nil {
			return Tree{}, fmt.Errorf("unpack %s: %w: %s", deb, err, printed)
		}
	}
	for _, unused := range []string{"doc", "man", "locale"} {
		if err := os.RemoveAll(filepath.Join(partial, "usr", "share", unused)); err != nil {
			return Tree{}, err
		}
	}
	return tree, os.Rename(partial, tree.Dir)
}

// Emulator returns the command that runs a qemu-system of the tree, with the
// tree's own loader, libraries and firmware.
func (t Tree) Emulator(name string) ([]string, error) {
	loaders, _ := filepath.Glob(filepath.Join(t.Dir, "usr", "lib", "*", "ld-linux-*.so.*"))
	program := filepath.Join(t.Dir, "usr", "bin", name)
	if _, err := os.Stat(program); err != nil {
		return nil, err
	}
	if len(loaders) != 1 {
		return nil, fmt.Errorf("%s has %d loaders for %s, want 1", t.Dir, len(loaders), runtime.GOARCH)
	}
	command := []string{loaders[0], "--library-path", filepath.Dir(loaders[0]), program}
	for _, firmware := range []string{"qemu", "seabios", "slof"} {
		command = append(command, "-L", filepath.Join(t.Dir, "usr", "share", firmware))
	}
	return command, nil
}

func modTime(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
