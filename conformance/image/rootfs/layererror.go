package rootfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/zstd"

	"github.com/podsandbox/pause/conformance/image/bounded"
	"github.com/podsandbox/pause/conformance/image/compression"
)

// errLimit is what the error of an image beyond the limits is.
var errLimit = errors.New("which is beyond any sandbox image")

// LayerError says that a layer cannot be unpacked. It is the layer's own fault: the
// layer has the digest that the manifest says, and is within the limits.
type LayerError struct{ err error }

func (e *LayerError) Error() string { return e.err.Error() }
func (e *LayerError) Unwrap() error { return e.err }

// layerError says which layer it was, and makes a LayerError of what is its own fault.
func layerError(manifest *v1.Manifest, layer int, err error) error {
	detail := fmt.Errorf("layer %d of %d (%s): %w", layer+1, len(manifest.Layers), manifest.Layers[layer].Digest, err)
	for _, other := range []error{
		errLimit, bounded.ErrExceeded, compression.ErrUnread, zstd.ErrWindowSizeExceeded, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, other) {
			return detail
		}
	}
	if errors.As(err, new(*fs.PathError)) {
		return detail
	}
	return &LayerError{detail}
}
