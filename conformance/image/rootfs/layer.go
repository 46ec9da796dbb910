package rootfs

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

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

// verify compares the layer's blob with its descriptor, and returns the size that the
// function measures.
func verify(ctx context.Context, layer v1.Layer, descriptor v1.Descriptor, measure func(*bufio.Reader) (int64, error)) (int64, error) {
	meter, err := newMeter(descriptor.Digest.Algorithm)
	if err != nil {
		return 0, err
	}
	blob, err := layer.Compressed()
	if err != nil {
		return 0, err
	}
	defer blob.Close()
	content := bufio.NewReader(io.TeeReader(bounded.Reader(ctx, blob, descriptor.Size), meter))
	size, err := measure(content)
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

// openLayer reads the layer's archive, in bounded memory.
func openLayer(layer v1.Layer) (io.ReadCloser, compression.Format, error) {
	stored, err := layer.Compressed()
	if err != nil {
		return nil, compression.None, err
	}
	return compression.Open(stored)
}

// readEntries takes what it reads off the budget. The digest that it returns is that of
// the layer's archive.
func readEntries(ctx context.Context, index int, layer v1.Layer, budget *Limits) ([]entry, Layer, error) {
	meter, err := newMeter(diffIDAlgorithm)
	if err != nil {
		return nil, Layer{}, err
	}
	content, format, err := openLayer(layer)
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
			return nil, Layer{}, fmt.Errorf("too many files in the image, %w", errLimit)
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
	return entries, Layer{DiffID: digest, Compression: format, Uncompressed: meter.bytes}, nil
}
