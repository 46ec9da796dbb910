// Package namespaces keeps what a daemon does from the host: its mounts, its network,
// and what it writes to /run and /var/lib.
package namespaces

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine/thread"
)

// Namespaces are a mount and a network namespace with a thread in them. Nothing has to be
// unmounted or unlinked afterwards.
type Namespaces struct{ *thread.Thread }

// Enter makes the namespaces. In them, the directory private holds a file system in
// memory, to which goes all that is written to /run and /var/lib: containerd's shim and
// CNI's libraries have paths there that no configuration changes. Only
// the directory public is the same on both sides.
func Enter(public, private string) (*Namespaces, error) {
	t, err := thread.Start(func() error { return enter(public, private) })
	if err != nil {
		return nil, err
	}
	return &Namespaces{t}, nil
}

func enter(public, private string) error {
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("make namespaces for a daemon, which root with CAP_SYS_ADMIN may: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep the mounts of a daemon from the host: %w", err)
	}
	if err := unix.Mount("tmpfs", private, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0711"); err != nil {
		return fmt.Errorf("mount a file system in memory at %s: %w", private, err)
	}
	directory, err := unix.Open(public, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", public, err)
	}
	defer unix.Close(directory)
	for _, target := range []string{"/run", "/var/lib"} {
		if err := cover(target, private); err != nil {
			return err
		}
	}
	// It may lie below a target.
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", directory), public, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount %s again: %w", public, err)
	}
	return raiseLoopback()
}

// cover sends writes below the target to private.
func cover(target, private string) error {
	upper, work := filepath.Join(private, "upper", target), filepath.Join(private, "work", target)
	for _, directory := range []string{upper, work} {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", target, upper, work)
	if err := unix.Mount("overlay", target, "overlay", 0, options); err != nil {
		return fmt.Errorf("cover %s with an overlay, which the kernel must have: %w", target, err)
	}
	return nil
}

// raiseLoopback makes 127.0.0.1 work.
func raiseLoopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("raise the loopback interface: %w", err)
	}
	return nil
}
