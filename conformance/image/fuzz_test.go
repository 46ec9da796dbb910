package image

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/rootfs"
)

func FuzzDockerArchive(f *testing.F) {
	fuzz(f, "docker-archive:", dockerArchive(f, map[string]v1.Image{"pause:1": small(f)}))
}

func FuzzOCIArchive(f *testing.F) {
	fuzz(f, "oci-archive:", layoutArchive(f, fixture.Index(f, fixture.Entry{Platform: "linux/amd64", Image: small(f)})))
}

// layoutOf writes a layout with an index and blobs.
func layoutOf(t testing.TB, index []byte, blobs ...[]byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "blobs/sha256"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, blob := range blobs {
		digest, _, err := v1.SHA256(bytes.NewReader(blob))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "blobs/sha256", digest.Hex), blob, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), index, 0o600); err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir
}

// parts are the index, the manifest, the configuration and the layer of a small image.
func parts(f *testing.F) (index, manifest, config, layer []byte) {
	f.Helper()
	image := small(f)
	manifest, err := image.RawManifest()
	if err != nil {
		f.Fatal(err)
	}
	if config, err = image.RawConfigFile(); err != nil {
		f.Fatal(err)
	}
	layers, err := image.Layers()
	if err != nil {
		f.Fatal(err)
	}
	reader, err := layers[0].Compressed()
	if err != nil {
		f.Fatal(err)
	}
	defer reader.Close()
	if layer, err = io.ReadAll(reader); err != nil {
		f.Fatal(err)
	}
	return indexOf(f, manifest), manifest, config, layer
}

func indexOf(t testing.TB, manifest []byte) []byte {
	t.Helper()
	digest, size, err := v1.SHA256(bytes.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"mediaType":%q,"digest":%q,"size":%d}]}`, types.OCIManifestSchema1, digest, size)
}

func expectALine(t *testing.T, reference string) {
	t.Helper()
	err := readWhole(reference, rootfs.Limits{Bytes: 1 << 20, Entries: 1000, Names: 1 << 16})
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("not one line: %q", err)
	}
}

func FuzzIndex(f *testing.F) {
	index, manifest, config, layer := parts(f)
	f.Add(index)
	f.Add([]byte(`{"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","platform":{},"annotations":{"org.opencontainers.image.ref.name":"1"}},{}]}`))
	f.Add([]byte(`{"manifests":null}`))
	f.Fuzz(func(t *testing.T, index []byte) { expectALine(t, layoutOf(t, index, manifest, config, layer)) })
}

func FuzzManifest(f *testing.F) {
	_, manifest, config, layer := parts(f)
	f.Add(manifest)
	f.Add([]byte(`{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[{}]}`))
	f.Add([]byte(`{"layers":null}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		expectALine(t, layoutOf(t, indexOf(t, manifest), manifest, config, layer))
	})
}

func small(t testing.TB) v1.Image {
	return fixture.Image(t, fixture.ConfigFor(t, "linux/amd64"), fixture.Layer(t, fixture.Tar(t, fixture.Executable([]byte("program")))))
}

func fuzz(f *testing.F, kind string, seed []byte) {
	f.Add(seed)
	f.Add(fixture.Gzip(f, seed))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		file := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readWhole(kind+file, rootfs.Limits{Bytes: 1 << 20, Entries: 1000, Names: 1 << 16}); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("not one line: %q", err)
		}
	})
}
