package rootfs

import (
	"archive/tar"
	"fmt"
	"path"
	"strings"
)

// entry is one of a layer's archive. Its path is relative to the root.
type entry struct {
	path     string
	hardLink string // the path of the file that this is another name of
	file     *File
}

// newEntry returns nil for an entry that is no file, and an error for what engines do
// not unpack.
func newEntry(header *tar.Header, at position) (*entry, error) {
	name, err := inside(header.Name)
	if err != nil {
		return nil, err
	}
	next := &entry{path: name, file: newFile(header, at)}
	if err := checkKernelLimits(header); err != nil {
		return nil, err
	}
	if next.file.Capabilities, err = capabilitiesOf(header); err != nil {
		return nil, err
	}
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeDir, tar.TypeSymlink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		return next, nil
	case tar.TypeLink:
		next.hardLink, err = inside(header.Linkname)
		return next, err
	case tar.TypeXGlobalHeader:
		return nil, nil
	default:
		return nil, fmt.Errorf("entry %q has the type %q, which engines refuse", header.Name, header.Typeflag)
	}
}

// inside returns the name relative to the root, or an error when engines would
// refuse the layer because it leads out of it.
func inside(name string) (string, error) {
	if len(name) > maxPath {
		return "", fmt.Errorf("a file name of %d bytes", len(name))
	}
	relative := strings.TrimPrefix(path.Clean(name), "/")
	for _, part := range strings.Split(relative, "/") {
		if len(part) > maxNameLength {
			return "", fmt.Errorf("entry %q... has a name of %d bytes", name[:32], len(part))
		}
	}
	if relative == ".." || strings.HasPrefix(relative, "../") {
		return "", fmt.Errorf("entry %q leads out of the root", name)
	}
	return relative, nil
}

// The limits of symlink(2) and xattr(7), in bytes.
const (
	maxTarget         = 4095
	maxAttributeName  = 255
	maxAttributeValue = 64 << 10
)

// checkKernelLimits returns an error for what no kernel makes: engines refuse the layer then.
func checkKernelLimits(header *tar.Header) error {
	if size := len(header.Linkname); header.Typeflag == tar.TypeSymlink && (size == 0 || size > maxTarget) {
		return fmt.Errorf("symbolic link %q has a target of %d bytes, which Linux does not make", header.Name, size)
	}
	for key, value := range header.PAXRecords {
		name, isAttribute := strings.CutPrefix(key, attributePrefix)
		if isAttribute && (len(name) > maxAttributeName || len(value) > maxAttributeValue) {
			return fmt.Errorf("entry %q has an attribute %.40q of %d bytes, which Linux does not take", header.Name, name, len(value))
		}
	}
	return nil
}
