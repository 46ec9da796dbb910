// Package file reads files that others name.
package file

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// Read returns the content of a regular file of at most limit bytes. It waits for
// no other end of a pipe, and reads no device. Errors are those of package os, or
// name the file.
func Read(path string, limit int64) ([]byte, error) {
	handle, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	info, err := handle.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	content, err := io.ReadAll(io.LimitReader(handle, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%s has more than the %d bytes that are read", path, limit)
	}
	return content, err
}
