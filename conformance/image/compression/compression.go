// Package compression reads archives and layers whatever they are compressed with, by
// their first bytes, as engines do.
package compression

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Format is how something is compressed, by the name of the tool for it.
type Format string

// The formats that Reader decompresses.
const (
	None  Format = ""
	Gzip  Format = "gzip"
	Zstd  Format = "zstd"
	Bzip2 Format = "bzip2"
)

// magics are the first bytes of each format, those that are not read included.
var magics = map[Format]string{
	Gzip: "\x1f\x8b", Zstd: "\x28\xb5\x2f\xfd", Bzip2: "BZh",
	"xz": "\xfd7zXZ\x00", "lz4": "\x04\x22\x4d\x18", "lzip": "LZIP", "lzma": "\x5d\x00\x00", "zip": "PK\x03\x04", "7z": "7z\xbc\xaf\x27\x1c",
}

// ErrUnread is what the error of a format that is not read is.
var ErrUnread = errors.New("is not read")

// maxWindow is what zstd(1) decompresses with unless it is asked for more, in
// bytes. A frame may ask for 512 MiB, whatever there is in it.
const maxWindow = 128 << 20

// Detect returns the format of what the reader holds, without taking anything of it.
func Detect(content *bufio.Reader) (Format, error) {
	first, err := content.Peek(6)
	if err != nil && err != io.EOF {
		return None, err
	}
	if isSkippable(first) {
		return Zstd, nil
	}
	for format, magic := range magics {
		if strings.HasPrefix(string(first), magic) {
			return format, nil
		}
	}
	return None, nil
}

// isSkippable tells whether content begins with a frame that readers of Zstandard skip, as that
// of pzstd(1) does (RFC 8878, 3.1.2).
func isSkippable(first []byte) bool {
	return len(first) >= 4 && first[0]&0xf0 == 0x50 && string(first[1:4]) == "\x2a\x4d\x18"
}

// Open decompresses the layer in bounded memory. Close of the result closes the layer
// too. Its error names a format that it does not read.
func Open(layer io.ReadCloser) (io.ReadCloser, Format, error) {
	content, format, err := Reader(layer)
	if err != nil {
		return nil, format, errors.Join(err, layer.Close())
	}
	return both{content, layer}, format, nil
}

// both closes a reader and what it reads from.
type both struct {
	io.ReadCloser
	layer io.Closer
}

func (b both) Close() error { return errors.Join(b.ReadCloser.Close(), b.layer.Close()) }

// Reader is Open for what the caller closes.
func Reader(from io.Reader) (io.ReadCloser, Format, error) {
	content := bufio.NewReader(from)
	format, err := Detect(content)
	if err != nil {
		return nil, None, err
	}
	switch format {
	case None:
		return io.NopCloser(content), format, nil
	case Gzip:
		reader, err := gzip.NewReader(content)
		return reader, format, err
	case Bzip2:
		return io.NopCloser(bzip2.NewReader(content)), format, nil
	case Zstd:
		decoder, err := zstd.NewReader(content, zstd.WithDecoderMaxWindow(maxWindow),
			zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, format, err
		}
		return decoder.IOReadCloser(), format, nil
	}
	return nil, format, fmt.Errorf("it is compressed with %s, which %w; decompress it first", format, ErrUnread)
}
