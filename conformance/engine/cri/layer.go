package cri

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/sys/unix"
)

// maxImage is the most that is read of an image, in bytes: it is kept in memory.
const maxImage = 512 << 20

// layerOf returns the root file system of a process, without its mounts. A
// runtime makes directories to mount on, so that empty ones are left out.
func layerOf(pid int) (v1.Layer, error) {
	mounts, err := mountPoints(pid)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(fmt.Sprintf("/proc/%d/root", pid))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var archive bytes.Buffer
	w := walk{root, mounts, tar.NewWriter(&archive), &archive}
	if _, err := w.directory("."); err != nil {
		return nil, err
	}
	if err := w.archive.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
}

// mountPoints are the paths below the root on which something is mounted.
func mountPoints(pid int) (map[string]bool, error) {
	table, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid))
	if err != nil {
		return nil, err
	}
	points := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 4 {
			points[strings.TrimPrefix(fields[4], "/")] = true
		}
	}
	return points, nil
}

type walk struct {
	root    *os.Root
	mounts  map[string]bool
	archive *tar.Writer
	buffer  *bytes.Buffer
}

// directory writes the entries of the directory, and reports whether it has any.
func (w *walk) directory(path string) (hasEntries bool, err error) {
	entries, err := fs.ReadDir(w.root.FS(), path)
	if err != nil {
		return false, err
	}
	for _, entry := range entries {
		name := strings.TrimPrefix(path+"/"+entry.Name(), "./")
		if w.mounts[name] {
			continue
		}
		isEntry, err := w.entry(name, entry)
		if err != nil {
			return hasEntries, err
		}
		hasEntries = hasEntries || isEntry
	}
	return hasEntries, nil
}

func (w *walk) entry(name string, entry fs.DirEntry) (written bool, err error) {
	if entry.IsDir() {
		if written, err = w.directory(name); err != nil || !written {
			return false, err
		}
	}
	info, err := entry.Info()
	if err != nil {
		return false, err
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if link, err = w.root.Readlink(name); err != nil {
			return false, err
		}
	}
	header, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return false, err
	}
	header.Name = name
	header.Uname, header.Gname = "", ""
	if err := w.archive.WriteHeader(header); err != nil || !info.Mode().IsRegular() {
		return true, err
	}
	return true, w.content(name)
}

func (w *walk) content(name string) error {
	file, err := w.root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.Copy(w.archive, io.LimitReader(file, maxImage)); err != nil {
		return err
	}
	if w.buffer.Len() > maxImage {
		return fmt.Errorf("it is larger than %d bytes", maxImage)
	}
	return nil
}
