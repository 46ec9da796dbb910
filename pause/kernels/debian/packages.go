package debian

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// pkg is one version of a package for one architecture.
type pkg struct {
	name, version, architecture string
}

// fileName is the name that apt gives the package's file.
func (p pkg) fileName() string {
	return p.name + "_" + strings.ReplaceAll(p.version, ":", "%3a") + "_" + p.architecture + ".deb"
}

var (
	fieldLine   = regexp.MustCompile(`(?m)^(Package|Version|Architecture|Depends): (.*)$`)
	installLine = regexp.MustCompile(`(?m)^Inst (\S+) \((\S+) .*\[(\S+)\]\)`)
)

// show returns the fields of a package.
func (r *root) show(ctx context.Context, name string) (map[string]string, error) {
	output, err := r.apt(ctx, "apt-cache", "show", "--no-all-versions", name)
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	for _, field := range fieldLine.FindAllStringSubmatch(output, -1) {
		fields[field[1]] = field[2]
	}
	return fields, nil
}

func (r *root) find(ctx context.Context, name string) (pkg, error) {
	fields, err := r.show(ctx, name)
	return pkg{fields["Package"], fields["Version"], fields["Architecture"]}, err
}

// closure returns the packages with all that they depend on.
func (r *root) closure(ctx context.Context, names []string) ([]pkg, error) {
	output, err := r.apt(ctx, "apt-get", append([]string{"install", "--simulate", "--yes"}, names...)...)
	if err != nil {
		return nil, err
	}
	var packages []pkg
	for _, line := range installLine.FindAllStringSubmatch(output, -1) {
		packages = append(packages, pkg{line[1], line[2], line[3]})
	}
	if len(packages) < len(names) {
		return nil, fmt.Errorf("apt-get install --simulate %s: %d packages in its answer", strings.Join(names, " "), len(packages))
	}
	return packages, nil
}

// download returns the paths of the packages' files, and fetches those that the
// cache does not have.
func (r *root) download(ctx context.Context, packages []pkg) ([]string, error) {
	var paths, missing []string
	for _, p := range packages {
		path := filepath.Join(r.cache.packages(), p.fileName())
		paths = append(paths, path)
		if _, err := os.Stat(path); err != nil {
			missing = append(missing, p.name+"="+p.version)
		}
	}
	if len(missing) == 0 {
		return paths, nil
	}
	// A file has its final name when it is whole, and apt has verified it.
	work, err := os.MkdirTemp(r.cache.Dir, "download-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if _, err := r.aptIn(ctx, work, "apt-get", append([]string{"download"}, missing...)...); err != nil {
		return nil, err
	}
	for _, path := range paths {
		arrival := filepath.Join(work, filepath.Base(path))
		if _, err := os.Stat(arrival); err != nil {
			continue
		}
		if err := os.Rename(arrival, path); err != nil {
			return nil, err
		}
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("apt-get download left no such file: %w", err)
		}
	}
	return paths, nil
}
