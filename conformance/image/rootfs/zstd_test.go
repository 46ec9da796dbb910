package rootfs

import (
	"context"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/zstd"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestReadsLayersCompressedWithZstd(t *testing.T) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	archive := fixture.Tar(t, fixture.File{Name: "pause", Content: []byte("program")})
	layer := fixture.Layer(t, encoder.EncodeAll(archive, nil))
	tree, err := Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, layer), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	pause, _, err := tree.Lookup("/pause")
	if err != nil {
		t.Fatal(err)
	}
	if content, err := tree.Content(context.Background(), pause.File, 100); string(content) != "program" {
		t.Errorf("content %q, error %v", content, err)
	}
	if tree.Uncompressed != int64(len(archive)) {
		t.Errorf("%d bytes uncompressed, want %d", tree.Uncompressed, len(archive))
	}
}

func TestRefusesAWindowThatTakesTooMuchMemory(t *testing.T) {
	const (
		window = "\x00\x90" // of 2^28 bytes, see RFC 8878, 3.1.1.1.2
		empty  = "\x01\x00\x00"
	)
	image := fixture.Image(t, v1.ConfigFile{}, plainLayer([]byte("\x28\xb5\x2f\xfd"+window+empty)))
	if _, err := Read(context.Background(), image, DefaultLimits); err == nil || !strings.Contains(err.Error(), "window") {
		t.Errorf("got %v", err)
	}
}
