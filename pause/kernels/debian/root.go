// Package debian fetches kernels and emulators from a mirror of Debian, for any
// architecture, and keeps them in a directory of the user's. It uses apt with
// lists, cache and status of its own: the system's are neither read nor changed.
package debian

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Mirror is Debian's own, in front of all others.
const Mirror = "http://deb.debian.org/debian"

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// Cache is a directory that keeps what was fetched, by the package's file name.
type Cache struct {
	// Dir is created when it does not exist.
	Dir string

	// Mirror is the base of a mirror's address.
	Mirror string
}

// CacheDir returns the usual directory of a Cache, in the user's own
// (XDG_CACHE_HOME).
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "pause-kernels"), err
}

// root is apt's view of one suite for one architecture.
type root struct {
	cache               Cache
	suite, architecture string
	config              string
	lock                *os.File

	// stale is the reason why the lists are not the mirror's latest, if so.
	stale error
}

// open locks the root, until close, and brings its lists up to date. A mirror
// that does not answer is no error: the lists or the packages of an earlier run
// may do.
func (c Cache) open(ctx context.Context, suite, architecture string) (*root, error) {
	for _, need := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(need); err != nil {
			return nil, fmt.Errorf("fetch from Debian: %w: give the kernel and the emulator as files", err)
		}
	}
	if _, err := os.Stat(keyring); err != nil {
		return nil, fmt.Errorf("fetch from Debian: %w: install debian-archive-keyring", err)
	}
	dir := filepath.Join(c.Dir, "apt", suite+"-"+architecture)
	for _, sub := range []string{filepath.Join(dir, "lists", "partial"), filepath.Join(dir, "archives", "partial"), c.packages()} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			return nil, err
		}
	}
	lock, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	r := &root{cache: c, suite: suite, architecture: architecture, config: filepath.Join(dir, "apt.conf"), lock: lock}
	if err := r.configure(ctx, dir); err != nil {
		r.close()
		return nil, err
	}
	r.stale = r.update(ctx, filepath.Join(dir, "updated"))
	return r, nil
}

// listsAge is how old lists may be: to bring them up to date takes apt seconds of the
// processor, and one machine opens several roots.
const listsAge = time.Hour

// update brings the lists up to date. The stamp is a file that tells when that was done
// last, and from which mirror.
func (r *root) update(ctx context.Context, stamp string) error {
	mirror, err := os.ReadFile(stamp)
	if err == nil && string(mirror) == r.cache.Mirror && time.Since(modTime(stamp)) < listsAge {
		return nil
	}
	if _, err := r.apt(ctx, "apt-get", "update"); err != nil {
		return err
	}
	return os.WriteFile(stamp, []byte(r.cache.Mirror), 0o644)
}

// withStale adds to err why the lists of packages may be out of date.
func (r *root) withStale(err error) error {
	if r.stale == nil {
		return err
	}
	return fmt.Errorf("%w (%w)", err, r.stale)
}

func (r *root) close() { r.lock.Close() }

func (c Cache) packages() string { return filepath.Join(c.Dir, "packages") }

// configure writes apt's settings. The system's proxy is the only one of the
// system's that counts.
func (r *root) configure(ctx context.Context, dir string) error {
	settings := fmt.Sprintf(`Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist %[1]q;
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State %[2]q;
Dir::State::status %[3]q;
Dir::Cache %[2]q;
APT::Architecture %[4]q;
APT::Architectures { %[4]q; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false"; // a mirror that stands still has good kernels
Acquire::http::Timeout "30";
Acquire::Retries "2";
`, filepath.Join(dir, "sources.list"), dir, filepath.Join(dir, "status"), r.architecture)
	proxies, err := exec.CommandContext(ctx, "apt-config", "dump").Output()
	if err != nil {
		return fmt.Errorf("apt-config dump: %w", err)
	}
	for line := range strings.Lines(string(proxies)) {
		if strings.HasPrefix(line, "Acquire::http") && strings.Contains(strings.ToLower(line), "proxy") {
			settings += line
		}
	}
	for name, content := range map[string]string{
		"apt.conf":     settings,
		"sources.list": fmt.Sprintf("deb [signed-by=%s] %s %s main\n", keyring, r.cache.Mirror, r.suite),
		"status":       "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// apt runs one of apt's commands in the root, and returns what it prints.
func (r *root) apt(ctx context.Context, name string, args ...string) (string, error) {
	return r.aptIn(ctx, "", name, args...)
}

func (r *root) aptIn(ctx context.Context, dir, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, append([]string{"-q"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "APT_CONFIG="+r.config, "LC_ALL=C")
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if line := firstError(string(exit.Stderr)); line != "" {
			err = errors.New(line)
		}
	}
	if err != nil {
		return "", fmt.Errorf("%s %s for %s of %s: %w", name, strings.Join(args, " "), r.architecture, r.suite, err)
	}
	return string(output), nil
}

func firstError(printed string) string {
	for line := range strings.Lines(printed) {
		if message, ok := strings.CutPrefix(line, "E: "); ok {
			return strings.TrimSpace(message)
		}
	}
	return ""
}
