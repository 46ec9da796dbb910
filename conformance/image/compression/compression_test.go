package compression

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func archives(t testing.TB, content []byte) map[Format][]byte {
	t.Helper()
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return map[Format][]byte{
		None: content, Gzip: fixture.Gzip(t, content), Zstd: encoder.EncodeAll(content, nil),
		// The library only reads bzip2: this is the word pause.
		Bzip2: []byte("\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x37\x34\x50\x10\x00\x00\x01\x01\x80\x22\x00\x4a\x00\x20\x00\x21\x86\x81\x9a\x0a\x1b\x71\x77\x24\x53\x85\x09\x03\x73\x45\x01\x00"),
	}
}

func TestReadsWhatItRecognises(t *testing.T) {
	for want, content := range archives(t, []byte("pause")) {
		reader, format, err := Reader(bytes.NewReader(content))
		if err != nil {
			t.Errorf("%q: %v", want, err)
			continue
		}
		if got, err := io.ReadAll(reader); format != want || string(got) != "pause" || err != nil {
			t.Errorf("%q is read as %q: %q, %v", want, format, got, err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReadsZstandardThatBeginsWithAFrameToSkip(t *testing.T) {
	frame := "\x50\x2a\x4d\x18\x04\x00\x00\x00size"
	content := archives(t, []byte("pause"))[Zstd]
	reader, format, err := Reader(strings.NewReader(frame + string(content)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(reader); format != Zstd || string(got) != "pause" || err != nil {
		t.Errorf("%q: %q, %v", format, got, err)
	}
}

func TestNamesWhatItDoesNotRead(t *testing.T) {
	for format, magic := range map[string]string{"xz": "\xfd7zXZ\x00", "lz4": "\x04\x22\x4d\x18", "zip": "PK\x03\x04"} {
		if _, _, err := Reader(strings.NewReader(magic + "content")); err == nil || !strings.Contains(err.Error(), "compressed with "+format) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, content := range archives(f, bytes.Repeat([]byte("pause"), 1000)) {
		f.Add(content)
	}
	f.Add([]byte("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00")) // a window of 256 MiB, see RFC 8878
	f.Fuzz(func(t *testing.T, content []byte) {
		reader, _, err := Reader(bytes.NewReader(content))
		if err != nil {
			return
		}
		defer reader.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(reader, 1<<20))
	})
}
