package rootfs

import (
	"archive/tar"
	"context"
	"io"
	"path"

	"github.com/podsandbox/pause/conformance/image/bounded"
)

// WalkLayers calls visit for every regular file of every layer, in their order, those
// that a layer above hides or replaces as well. The name is that of the entry, with a
// slash before it; the content has the size that is given, in bytes. The first error of
// visit ends the walk, and so does the context.
func (t *Tree) WalkLayers(ctx context.Context, visit func(layer int, name string, size int64, content io.Reader) error) error {
	for layer := range t.layers {
		if err := t.walkLayer(ctx, layer, visit); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) walkLayer(ctx context.Context, layer int, visit func(int, string, int64, io.Reader) error) error {
	content, _, err := openLayer(t.layers[layer])
	if err != nil {
		return err
	}
	defer content.Close()
	archive := tar.NewReader(bounded.Reader(ctx, content, t.limits.Bytes))
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := visit(layer, path.Join("/", header.Name), header.Size, archive); err != nil {
			return err
		}
	}
}
