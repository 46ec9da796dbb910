package debian

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Kernel is where Debian has a kernel.
type Kernel struct {
	// Suite is a release of Debian by its name.
	Suite string

	// Architecture is Debian's name of it.
	Architecture string

	// Flavour is the rest of the name of the package linux-image-FLAVOUR, which
	// depends on the latest version.
	Flavour string
}

var imageDependency = regexp.MustCompile(`linux-image-([0-9]\S*)`)

// Package is a kernel's package in the cache.
type Package struct {
	// Image is the path of the kernel's image.
	Image string

	file string
}

// Fetch returns the package of the kernel. When the mirror has none, it is the
// newest that the cache has, if any.
func (k Kernel) Fetch(ctx context.Context, cache Cache) (Package, error) {
	root, err := cache.open(ctx, k.Suite, k.Architecture)
	if err != nil {
		return Package{}, err
	}
	defer root.close()
	file, err := k.download(ctx, root)
	if err != nil {
		if file = k.cached(cache); file == "" {
			return Package{}, root.withStale(err)
		}
	}
	return cache.openPackage(ctx, file)
}

// Cached returns the newest package of the kernel that the cache has, and fetches
// nothing.
func (k Kernel) Cached(ctx context.Context, cache Cache) (Package, error) {
	file := k.cached(cache)
	if file == "" {
		return Package{}, fmt.Errorf("%s has no package of the kernel linux-image-%s for %s: fetch it with make test-kernels", cache.Dir, k.Flavour, k.Architecture)
	}
	return cache.openPackage(ctx, file)
}

func (c Cache) openPackage(ctx context.Context, file string) (Package, error) {
	p := Package{filepath.Join(c.Dir, "kernels", strings.TrimSuffix(filepath.Base(file), ".deb")), file}
	if _, err := os.Stat(p.Image); err == nil {
		return p, nil
	}
	return p, p.extract(ctx)
}

func (k Kernel) download(ctx context.Context, root *root) (string, error) {
	meta, err := root.show(ctx, "linux-image-"+k.Flavour)
	if err != nil {
		return "", err
	}
	version := imageDependency.FindStringSubmatch(meta["Depends"])
	if version == nil {
		return "", fmt.Errorf("linux-image-%s of %s depends on no kernel: %q", k.Flavour, k.Suite, meta["Depends"])
	}
	// Newer releases have a package for the kernel alone, without its modules.
	latest, err := root.find(ctx, "linux-binary-"+version[1])
	if err != nil {
		latest, err = root.find(ctx, "linux-image-"+version[1])
	}
	if err != nil {
		return "", err
	}
	debs, err := root.download(ctx, []pkg{latest})
	if err != nil {
		return "", err
	}
	return debs[0], nil
}

// cached returns the newest file of the flavour, or the empty string.
func (k Kernel) cached(cache Cache) string {
	debs, _ := filepath.Glob(filepath.Join(cache.packages(), "linux-*_"+k.Architecture+".deb"))
	form := regexp.MustCompile(`^linux-(binary|image)-[0-9][^-]*(-[0-9]+)?-` + regexp.QuoteMeta(k.Flavour) + `_`)
	debs = slices.DeleteFunc(debs, func(deb string) bool { return !form.MatchString(filepath.Base(deb)) })
	if len(debs) == 0 {
		return ""
	}
	return slices.MaxFunc(debs, func(a, b string) int { return modTime(a).Compare(modTime(b)) })
}

func (p Package) extract(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(p.Image), 0o755); err != nil {
		return err
	}
	partial, err := os.CreateTemp(filepath.Dir(p.Image), "partial-")
	if err != nil {
		return err
	}
	defer os.Remove(partial.Name())
	defer partial.Close()
	images := 0
	err = readPackage(ctx, p.file, func(name string, content io.Reader) error {
		if base := path.Base(name); base != "vmlinuz" && !strings.HasPrefix(base, "vmlinuz-") && !strings.HasPrefix(base, "vmlinux-") {
			return nil
		}
		images++
		_, err := io.Copy(partial, content)
		return err
	})
	switch {
	case err != nil:
		return err
	case images != 1:
		return fmt.Errorf("package %s: %d images of a kernel, want 1", p.file, images)
	}
	if err := partial.Close(); err != nil {
		return err
	}
	return os.Rename(partial.Name(), p.Image)
}

// readPackage calls a function with the name and content of each regular file.
func readPackage(ctx context.Context, deb string, file func(string, io.Reader) error) error {
	command := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	archive := tar.NewReader(stdout)
	for err == nil {
		var header *tar.Header
		if header, err = archive.Next(); err == nil && header.Typeflag == tar.TypeReg {
			err = file(header.Name, archive)
		}
	}
	if err == io.EOF {
		err = nil
	}
	if err != nil {
		_ = command.Process.Kill()
	}
	_, _ = io.Copy(io.Discard, stdout)
	if exit := command.Wait(); err == nil && exit != nil {
		err = exit
	}
	if err != nil {
		return fmt.Errorf("read package %s: %w", deb, err)
	}
	return nil
}
