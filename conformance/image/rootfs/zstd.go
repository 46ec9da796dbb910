package rootfs

import (
	"bufio"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/zstd"
)

const zstdMagic = "\x28\xb5\x2f\xfd"

// maxWindow is what zstd(1) decompresses with unless it is asked for more, in
// bytes. A frame may ask for 512 MiB, whatever there is in it.
const maxWindow = 128 << 20

// uncompressed reads the layer's archive, in bounded memory.
func uncompressed(layer v1.Layer) (io.ReadCloser, error) {
	kept, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	content := bufio.NewReader(kept)
	if magic, _ := content.Peek(4); string(magic) != zstdMagic {
		kept.Close()
		return layer.Uncompressed()
	}
	decoder, err := zstd.NewReader(content, zstd.WithDecoderMaxWindow(maxWindow),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		kept.Close()
		return nil, err
	}
	return zstdLayer{decoder.IOReadCloser(), kept}, nil
}

type zstdLayer struct {
	io.ReadCloser
	kept io.Closer
}

func (l zstdLayer) Close() error {
	l.ReadCloser.Close()
	return l.kept.Close()
}
