package rootfs

import (
	"archive/tar"
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

// Limits are the most that is read of one image.
type Limits struct {
	Bytes   int64 // of all layers together, compressed as well as not
	Entries int   // of all layers together
	Names   int   // bytes in the names and link targets of all entries
}

// DefaultLimits leave every sandbox image a hundred times the room that it needs.
var DefaultLimits = Limits{Bytes: 1 << 30, Entries: 100_000, Names: 16 << 20}

// Tree is the root file system of an image.
type Tree struct {
	// Compressed and Uncompressed are the sizes of all layers, in bytes. What is
	// not kept compressed is compressed with gzip to be measured.
	Compressed, Uncompressed int64

	// Layers are what the layers are, in the order of the manifest.
	Layers []Layer

	root    *File
	steps   int
	implied int // directories without an entry
	layers  []v1.Layer
	limits  Limits
}

// Layer is what was read of one layer.
type Layer struct {
	DiffID       v1.Hash // of its archive, whatever the configuration says
	Compression  compression.Format
	Uncompressed int64 // bytes
}

// Read flattens the image. It returns an error when a layer is not what the
// manifest says it is, and when it is beyond the limits. Where a layer cannot be
// unpacked, that is a *LayerError, and the tree holds the layers below.
// Whether the configuration names the right layers is for the caller to compare.
func Read(ctx context.Context, image v1.Image, limits Limits) (*Tree, error) {
	return read(ctx, image, limits, compressedSize)
}

// ReadFiles is Read without the compressing that only measures: Compressed is the size of
// the layers as they are stored. Of the suite's own image, that would be most of the work.
func ReadFiles(ctx context.Context, image v1.Image, limits Limits) (*Tree, error) {
	return read(ctx, image, limits, func(content *bufio.Reader) (int64, error) { return io.Copy(io.Discard, content) })
}

// read measures each layer by the function, which reads all of it.
func read(ctx context.Context, image v1.Image, limits Limits, measure func(*bufio.Reader) (int64, error)) (*Tree, error) {
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	if len(layers) != len(manifest.Layers) {
		return nil, fmt.Errorf("the manifest has %d layers, the image %d", len(manifest.Layers), len(layers))
	}
	if err := CheckSizes(manifest.Layers, limits); err != nil {
		return nil, err
	}
	tree := &Tree{root: directory(), layers: layers, limits: limits}
	budget := limits
	for i, layer := range layers {
		compressed, err := verify(ctx, layer, manifest.Layers[i], measure)
		if err != nil {
			return nil, fmt.Errorf("layer %d of %d (%s): %w", i+1, len(layers), manifest.Layers[i].Digest, err)
		}
		entries, read, err := readEntries(ctx, i, layer, &budget)
		if err != nil {
			return tree, layerError(manifest, i, err)
		}
		if err := tree.apply(ctx, entries); err != nil {
			return tree, layerError(manifest, i, err)
		}
		tree.Compressed += compressed
		tree.Uncompressed += read.Uncompressed
		tree.Layers = append(tree.Layers, read)
	}
	return tree, nil
}

// CheckSizes returns an error when the layers are too large together to be read.
func CheckSizes(layers []v1.Descriptor, limits Limits) error {
	left := limits.Bytes
	for i, layer := range layers {
		if layer.Size < 0 || layer.Size > left {
			return fmt.Errorf("layer %d of %d: a size of %d bytes, at most %d are read of all layers", i+1, len(layers), layer.Size, limits.Bytes)
		}
		left -= layer.Size
	}
	return nil
}

// Walk calls visit for every file but the root itself, in the order of their
// paths.
func (t *Tree) Walk(visit func(path string, file *File)) {
	t.root.walk("", visit)
}

// Content returns the content of a regular file of at most most bytes.
func (t *Tree) Content(ctx context.Context, file *File, most int64) ([]byte, error) {
	if !file.Mode.IsRegular() {
		return nil, fmt.Errorf("%s: %w", file, fs.ErrInvalid)
	}
	layer, _, err := openLayer(t.layers[file.content.layer])
	if err != nil {
		return nil, err
	}
	defer layer.Close()
	archive := tar.NewReader(bounded.Reader(ctx, layer, t.limits.Bytes))
	for range file.content.entry + 1 {
		if _, err := archive.Next(); err != nil {
			return nil, err
		}
	}
	if file.Size > most {
		return nil, fmt.Errorf("more than %d bytes", most)
	}
	content := make([]byte, file.Size)
	_, err = io.ReadFull(archive, content)
	return content, err
}

// Names are those of a directory's files in order, and none where there is no
// such directory.
func (t *Tree) Names(directory string) []string {
	location, _, err := t.Lookup(directory)
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(location.File.children))
}
