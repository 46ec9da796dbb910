package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// directory is the variable that names the machine's directory.
const directory = "PAUSE_NODE_DIR"

// Dir is the machine's own directory, which is removed with it.
func Dir() string { return os.Getenv(directory) }

// sysctls are what a kubelet sets for the whole host, whatever its namespaces
// (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go).
var sysctls = []string{
	"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
	"kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes",
}

// prepare makes the file systems and the network that the node's daemons see.
func prepare(dir string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	for _, path := range []string{"/etc", "/var/lib", "/var/log"} {
		if err := overlay(dir, path); err != nil {
			return err
		}
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	if err := mountStores(); err != nil {
		return err
	}
	for _, sysctl := range sysctls {
		if err := cover(dir, filepath.Join("/proc/sys", sysctl)); err != nil {
			return err
		}
	}
	return raiseLoopback()
}

// overlay sends writes below path to the machine's directory.
func overlay(dir, path string) error {
	upper, work := filepath.Join(dir, "upper", path), filepath.Join(dir, "work", path)
	for _, made := range []string{upper, work} {
		if err := os.MkdirAll(made, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", path, upper, work)
	if err := unix.Mount("overlay", path, "overlay", 0, options); err != nil {
		return fmt.Errorf("mount an overlay on %s, with TMPDIR on no overlay itself: %w", path, err)
	}
	return nil
}

// stores are where containerd and CRI-O keep images and containers.
var stores = []string{"/var/lib/containerd", "/var/lib/containers"}

// mountStores gives them file systems of their own. An overlay cannot be the upper
// directory of their overlays, and the kubelet collects images as one fills up.
func mountStores() error {
	for _, path := range stores {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return err
		}
		if err := unix.Mount("tmpfs", path, "tmpfs", 0, "size=512m,mode=700"); err != nil {
			return fmt.Errorf("mount %s: %w", path, err)
		}
	}
	return nil
}

// cover hides a sysctl behind a file with its value. The kubelet sets the file, and
// the host's kernel never knows.
func cover(dir, path string) error {
	value, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // a kernel without keys, for one
		return nil
	}
	if err != nil {
		return err
	}
	file := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(file, value, 0o644); err != nil {
		return err
	}
	if err := unix.Mount(file, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount a file on %s: %w", path, err)
	}
	return nil
}

func raiseLoopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("raise the loopback interface: %w", err)
	}
	return nil
}
