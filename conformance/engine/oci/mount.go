package oci

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// mountPod mounts what the pod may write to, on the launcher's thread.
func mountPod(pod engine.Pod, directory, root string) error {
	if !pod.HostIPC {
		if err := mountMemory(filepath.Join(directory, "shm"), "mode=1777"); err != nil {
			return err
		}
	}
	if !pod.WritableRoot {
		return nil
	}
	memory, target := filepath.Join(directory, "memory"), filepath.Join(directory, "root")
	if err := mountMemory(memory, "mode=711"); err != nil {
		return err
	}
	upper, work := filepath.Join(memory, "upper"), filepath.Join(memory, "work")
	for _, path := range []string{upper, work, target} {
		if err := os.Mkdir(path, 0o755); err != nil {
			return err
		}
	}
	if err := copyOwner(upper, root); err != nil {
		return err
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", root, upper, work)
	if err := unix.Mount("overlay", target, "overlay", 0, options); err != nil {
		return fmt.Errorf("mount an overlay: %w", err)
	}
	return nil
}

// mountMemory mounts a file system in memory of as much as Docker gives /dev/shm.
func mountMemory(directory, options string) error {
	if err := os.Mkdir(directory, 0o711); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", directory, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=64m,"+options); err != nil {
		return fmt.Errorf("mount a tmpfs: %w", err)
	}
	return nil
}

// copyOwner gives a directory the mode and owner of another.
func copyOwner(directory, model string) error {
	var stat unix.Stat_t
	if err := unix.Stat(model, &stat); err != nil {
		return err
	}
	if err := unix.Chown(directory, int(stat.Uid), int(stat.Gid)); err != nil {
		return err
	}
	return unix.Chmod(directory, stat.Mode&0o7777)
}
