package oci

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// mountPoints have to be in a root file system that the runtime cannot write to.
var mountPoints = []string{"proc", "sys", "dev"}

// unpack writes the root file system of the image, whose ids become higher by the shift.
func unpack(ctx context.Context, content v1.Image, directory string, shift int) error {
	tree, err := rootfs.ReadFiles(ctx, content, rootfs.DefaultLimits)
	if err != nil {
		return err
	}
	if err := os.Mkdir(directory, 0o755); err != nil {
		return err
	}
	if err := tree.Unpack(ctx, directory); err != nil {
		return err
	}
	for _, point := range mountPoints {
		// One that is there already may be a link or a file: the runtime refuses that.
		_ = os.Mkdir(filepath.Join(directory, point), 0o755)
	}
	if shift == 0 {
		return nil
	}
	return filepath.WalkDir(directory, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return shiftOwner(path, uint32(shift))
	})
}

// shiftOwner leaves ids alone that a user namespace does not map. A change of the owner
// clears setuid and setgid bits, so that the mode is set again.
func shiftOwner(path string, shift uint32) error {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	shifted := func(id uint32) int {
		if id < idMappings[0].Size {
			id += shift
		}
		return int(id)
	}
	if err := os.Lchown(path, shifted(stat.Uid), shifted(stat.Gid)); err != nil {
		return err
	}
	if stat.Mode&unix.S_IFMT == unix.S_IFLNK {
		return nil
	}
	return unix.Chmod(path, stat.Mode&0o7777)
}
