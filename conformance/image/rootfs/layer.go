package rootfs

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

// entry is one of a layer's archive. Its path is relative to the root.
type entry struct {
	path     string
	hardLink string // the path of the file that this is another name of
	file     *File
}

// diffIDAlgorithm is the one that engines identify layers by.
const diffIDAlgorithm = "sha256"

// meter digests and counts what is written to it.
type meter struct {
	hash.Hash
	bytes int64
}

func newMeter(algorithm string) (*meter, error) {
	hasher, err := v1.Hasher(algorithm)
	return &meter{Hash: hasher}, err
}

func (m *meter) Write(data []byte) (int, error) {
	m.bytes += int64(len(data))
	return m.Hash.Write(data)
}

func (m *meter) verify(want v1.Hash) error {
	if got := hex.EncodeToString(m.Sum(nil)); got != want.Hex {
		return fmt.Errorf("has the digest %s:%s, not %s", want.Algorithm, got, want)
	}
	return nil
}

// verify compares the layer, as it is kept, with its descriptor and returns its
// compressed size.
func verify(ctx context.Context, layer v1.Layer, descriptor v1.Descriptor) (int64, error) {
	meter, err := newMeter(descriptor.Digest.Algorithm)
	if err != nil {
		return 0, err
	}
	kept, err := layer.Compressed()
	if err != nil {
		return 0, err
	}
	defer kept.Close()
	content := bufio.NewReader(io.TeeReader(bounded.Reader(ctx, kept, descriptor.Size), meter))
	size, err := compressedSize(content)
	if err != nil {
		return 0, err
	}
	if meter.bytes != descriptor.Size {
		return 0, fmt.Errorf("has %d bytes, not %d", meter.bytes, descriptor.Size)
	}
	return size, meter.verify(descriptor.Digest)
}

func compressedSize(content *bufio.Reader) (int64, error) {
	format, err := compression.Detect(content)
	if err != nil {
		return 0, err
	}
	if format != compression.None {
		return io.Copy(io.Discard, content)
	}
	size, err := newMeter(diffIDAlgorithm)
	if err != nil {
		return 0, err
	}
	compressor := gzip.NewWriter(size)
	if _, err := io.Copy(compressor, content); err != nil {
		return 0, err
	}
	return size.bytes, compressor.Close()
}

// layerReader decompresses a layer.
type layerReader struct {
	io.ReadCloser
	format compression.Format
	kept   io.Closer
}

func (r layerReader) Close() error { return errors.Join(r.ReadCloser.Close(), r.kept.Close()) }

// uncompressed reads the layer's archive, in bounded memory.
func uncompressed(layer v1.Layer) (layerReader, error) {
	kept, err := layer.Compressed()
	if err != nil {
		return layerReader{}, err
	}
	content, format, err := compression.Reader(kept)
	if err != nil {
		return layerReader{}, errors.Join(err, kept.Close())
	}
	return layerReader{content, format, kept}, nil
}

// readEntries takes what it reads off the budget. The digest that it returns is that of
// the layer's archive.
func readEntries(ctx context.Context, index int, layer v1.Layer, budget *Limits) ([]entry, Layer, error) {
	meter, err := newMeter(diffIDAlgorithm)
	if err != nil {
		return nil, Layer{}, err
	}
	content, err := uncompressed(layer)
	if err != nil {
		return nil, Layer{}, err
	}
	defer content.Close()
	stream := io.TeeReader(bounded.Reader(ctx, content, budget.Bytes), meter)
	archive := tar.NewReader(stream)
	var entries []entry
	for ordinal := 0; ; ordinal++ {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, Layer{}, err
		}
		budget.Entries--
		budget.Names -= len(header.Name) + len(header.Linkname)
		if budget.Entries < 0 || budget.Names < 0 {
			return nil, Layer{}, errors.New("too many files in the image")
		}
		next, err := newEntry(header, position{index, ordinal})
		if err != nil {
			return nil, Layer{}, err
		}
		if next != nil {
			entries = append(entries, *next)
		}
	}
	if _, err := io.Copy(io.Discard, stream); err != nil {
		return nil, Layer{}, err
	}
	budget.Bytes -= meter.bytes
	digest := v1.Hash{Algorithm: diffIDAlgorithm, Hex: hex.EncodeToString(meter.Sum(nil))}
	return entries, Layer{DiffID: digest, Compression: content.format, Uncompressed: meter.bytes}, nil
}

// newEntry returns nil for what is not a file, and an error for what engines do
// not unpack.
func newEntry(header *tar.Header, at position) (*entry, error) {
	name, err := inside(header.Name)
	if err != nil {
		return nil, err
	}
	next := &entry{path: name, file: newFile(header, at)}
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
