package bundle_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/pause/freestanding"
)

func image(t *testing.T, platform freestanding.Platform) v1.Image {
	t.Helper()
	image, err := images.Image(images.Release{Version: "1"}, freestanding.Program{Platform: platform, Bytes: []byte("a program")})
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func index(t *testing.T) v1.ImageIndex {
	t.Helper()
	var programs []freestanding.Program
	for _, platform := range freestanding.Platforms {
		programs = append(programs, freestanding.Program{Platform: platform, Bytes: []byte("a program")})
	}
	index, err := images.Index(images.Release{Version: "1"}, programs)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func tagOf(t *testing.T, reference string) name.Tag {
	t.Helper()
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	return tag
}

func imageFile(t *testing.T, tag name.Tag, image v1.Image) string {
	t.Helper()
	archive, err := bundle.ImageArchive(tag, image)
	return file(t, archive, err)
}

func indexFile(t *testing.T, tag name.Tag, index v1.ImageIndex) string {
	t.Helper()
	archive, err := bundle.IndexArchive(tag, index)
	return file(t, archive, err)
}

func file(t *testing.T, archive []byte, err error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive.tar")
	if err == nil {
		err = os.WriteFile(path, archive, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArchiveIsThatOfDockerSave(t *testing.T) {
	want := image(t, freestanding.Platforms[0])
	for _, reference := range []string{"registry.k8s.io/pause:3.10.2", "pause:1", "localhost:5000/a/pause:1"} {
		tag := tagOf(t, reference)
		got, err := tarball.ImageFromPath(imageFile(t, tag, want), &tag)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate.Image(got); err != nil {
			t.Error(err)
		}
		if config(t, got) != config(t, want) {
			t.Errorf("config %s, want %s", config(t, got), config(t, want))
		}
	}
}

func config(t *testing.T, image v1.Image) v1.Hash {
	t.Helper()
	digest, err := image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestArchiveIsAnOCILayout(t *testing.T) {
	tag := tagOf(t, "pause:1")
	want := image(t, freestanding.Platforms[1])
	index, err := layout.ImageIndexFromPath(extract(t, imageFile(t, tag, want)))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := want.Digest()
	if err != nil {
		t.Fatal(err)
	}
	got := manifest.Manifests[0]
	if got.Digest != digest || got.Platform.String() != "linux/arm64" {
		t.Errorf("image %s for %s, want %s for linux/arm64", got.Digest, got.Platform, digest)
	}
	for _, key := range []string{"io.containerd.image.name", "org.opencontainers.image.ref.name"} {
		if got.Annotations[key] != "docker.io/library/pause:1" {
			t.Errorf("%s is %q", key, got.Annotations[key])
		}
	}
}

func extract(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dir := t.TempDir()
	for files := tar.NewReader(file); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(dir, header.Name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestArchiveOfAnIndexHoldsAllImages(t *testing.T) {
	got, err := layout.ImageIndexFromPath(extract(t, indexFile(t, tagOf(t, "pause:1"), index(t))))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(got); err != nil {
		t.Error(err)
	}
}

func TestArchivesOfOneImageAreEqual(t *testing.T) {
	tag := tagOf(t, "pause:1")
	first, second := imageFile(t, tag, image(t, freestanding.Platforms[0])), imageFile(t, tag, image(t, freestanding.Platforms[0]))
	a, errA := os.ReadFile(first)
	b, errB := os.ReadFile(second)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes differ, errors %v, %v", len(a), len(b), errA, errB)
	}
}
