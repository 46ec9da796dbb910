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

// Fetch returns the path of the kernel's image. When the mirror has none, it is
// the newest that the cache has, if any.
func (k Kernel) Fetch(ctx context.Context, cache Cache) (string, error) {
	root, err := cache.open(ctx, k.Suite, k.Architecture)
	if err != nil {
		return "", err
	}
	defer root.close()
	deb, err := k.download(ctx, root)
	if err != nil {
		if deb = k.cached(cache); deb == "" {
			return "", root.because(err)
		}
	}
	image := filepath.Join(cache.Dir, "kernels", strings.TrimSuffix(filepath.Base(deb), ".deb"))
	if _, err := os.Stat(image); err == nil {
		return image, nil
	}
	return image, extractKernel(ctx, deb, image)
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
	// Newer releases part the kernel from its modules.
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
	return slices.MaxFunc(debs, func(a, b string) int { return modified(a).Compare(modified(b)) })
}

func extractKernel(ctx context.Context, deb, image string) error {
	if err := os.MkdirAll(filepath.Dir(image), 0o755); err != nil {
		return err
	}
	partial, err := os.CreateTemp(filepath.Dir(image), "partial-")
	if err != nil {
		return err
	}
	defer os.Remove(partial.Name())
	defer partial.Close()
	known := false
	err = readPackage(ctx, deb, func(header *tar.Header, content io.Reader) error {
		name := path.Base(header.Name)
		if known || header.Typeflag != tar.TypeReg || name != "vmlinuz" && !strings.HasPrefix(name, "vmlinuz-") && !strings.HasPrefix(name, "vmlinux-") {
			return nil
		}
		known = true
		_, err := io.Copy(partial, content)
		return err
	})
	switch {
	case err != nil:
		return err
	case !known:
		return fmt.Errorf("package %s has no kernel in it", deb)
	}
	if err := partial.Close(); err != nil {
		return err
	}
	return os.Rename(partial.Name(), image)
}

// readPackage calls a function with each file of a package.
func readPackage(ctx context.Context, deb string, file func(*tar.Header, io.Reader) error) error {
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
		if header, err = archive.Next(); err == nil {
			err = file(header, archive)
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
