package image

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

var bothPlatforms = []string{"linux/amd64", "linux/arm64"}

func openSource(t testing.TB, reference string) *Source {
	t.Helper()
	source, err := Open(context.Background(), reference)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	return source
}

func imageOf(t testing.TB, source *Source, platform string) *Image {
	t.Helper()
	target, err := ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	image, err := source.Image(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// expectPauses reads the real pause of each platform from the source.
func expectPauses(t *testing.T, source *Source, platforms []string) {
	t.Helper()
	if got := Join(source.Platforms()); got != strings.Join(platforms, ",") {
		t.Errorf("%s is for %s, want %s", source.Reference, got, platforms)
	}
	for _, platform := range platforms {
		image := imageOf(t, source, platform)
		if got := image.Platform.OS + "/" + image.architecture(context.Background()); !strings.HasPrefix(platform, got) {
			t.Errorf("%s for %s has a program for %s", source.Reference, platform, got)
		}
	}
}

// dockerArchive is what engines save: an image per tag.
func dockerArchive(t testing.TB, images map[string]v1.Image) []byte {
	t.Helper()
	byTag := map[name.Tag]v1.Image{}
	for tag, image := range images {
		key, err := name.NewTag(tag)
		if err != nil {
			t.Fatal(err)
		}
		byTag[key] = image
	}
	var archive bytes.Buffer
	if err := tarball.MultiWrite(byTag, &archive); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// layoutArchive is the archive of an OCI layout, with further files.
func layoutArchive(t testing.TB, index v1.ImageIndex, further ...fixture.File) []byte {
	t.Helper()
	return archiveOf(t, strings.TrimPrefix(fixture.Layout(t, index), "oci:"), further...)
}

func archiveOf(t testing.TB, dir string, further ...fixture.File) []byte {
	t.Helper()
	var files []fixture.File
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files = append(files, fixture.File{Name: "./" + strings.TrimPrefix(path, dir+"/"), Mode: 0o644, Content: content})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fixture.Tar(t, append(files, further...)...)
}

func TestTellsFilesFromNames(t *testing.T) {
	for reference, want := range map[string]bool{
		"oci:dist": true, "oci-archive:a.tar": true, "docker-archive:a.tar:1": true, "pause:1": false, "oci/pause:1": false, "oci": false,
	} {
		if Local(reference) != want {
			t.Errorf("%s is taken for the other", reference)
		}
	}
}

func TestReadsLayouts(t *testing.T) {
	expectPauses(t, openSource(t, fixture.Layout(t, fixture.BothPauses(t))), bothPlatforms)
	nested := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: fixture.BothPauses(t)})
	expectPauses(t, openSource(t, fixture.Layout(t, nested)), bothPlatforms)
}

func TestReadsArchives(t *testing.T) {
	layout := layoutArchive(t, fixture.BothPauses(t))
	docker := dockerArchive(t, map[string]v1.Image{"example.org/pause:1": fixture.PauseFor(t, "linux/arm64").Image})
	for _, content := range [][]byte{layout, fixture.Gzip(t, layout)} {
		expectPauses(t, openSource(t, "oci-archive:"+fixture.WriteFile(t, "pause.tar", content)), bothPlatforms)
	}
	for _, content := range [][]byte{docker, fixture.Gzip(t, docker)} {
		source := openSource(t, "docker-archive:"+fixture.WriteFile(t, "pause.tar", content))
		expectPauses(t, source, []string{"linux/arm64"})
	}
}

func TestReadsOneOfSeveralByItsTag(t *testing.T) {
	amd64, arm64 := fixture.PauseFor(t, "linux/amd64").Image, fixture.PauseFor(t, "linux/arm64").Image
	docker := "docker-archive:" + fixture.WriteFile(t, "several.tar", dockerArchive(t, map[string]v1.Image{"example.org/pause:1": amd64, "example.org/pause:2": arm64}))
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for tag, image := range map[string]v1.Image{"example.org/pause:1": amd64, "2": arm64} {
		if err := path.AppendImage(image, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": tag})); err != nil {
			t.Fatal(err)
		}
	}
	for _, reference := range []string{docker, "oci:" + dir} {
		expectPauses(t, openSource(t, reference+":1"), []string{"linux/amd64"})
		expectPauses(t, openSource(t, reference+":2"), []string{"linux/arm64"})
		for tag, want := range map[string]string{"": "holds several images: append one of ", ":3": `holds no image named "3": append one of `} {
			if _, err := Open(context.Background(), reference+tag); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %s", tag, err, want)
			}
		}
	}
	expectPauses(t, openSource(t, docker+":example.org/pause:2"), []string{"linux/arm64"})
}

func TestSeveralNamesOfAnImageAreNotSeveralImages(t *testing.T) {
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"1", "1.0"} {
		if err := path.AppendImage(fixture.PauseFor(t, "linux/amd64").Image, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": tag})); err != nil {
			t.Fatal(err)
		}
	}
	expectPauses(t, openSource(t, "oci:"+dir), []string{"linux/amd64"})
}

func TestReadsWhatEnginesSave(t *testing.T) {
	amd64 := fixture.PauseFor(t, "linux/amd64")
	both := fixture.BothPauses(t)
	absent := mutate.AppendManifests(both, mutate.IndexAddendum{Add: empty.Image, Descriptor: v1.Descriptor{
		Platform: &v1.Platform{OS: "linux", Architecture: "s390x"},
	}})
	manifest, err := absent.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimPrefix(fixture.Layout(t, absent), "oci:")
	if err := os.Remove(filepath.Join(dir, "blobs/sha256", manifest.Manifests[2].Digest.Hex)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		saved     []byte
		platforms []string
	}{
		"docker's format": {dockerArchive(t, map[string]v1.Image{"pause:1": amd64.Image}), []string{"linux/amd64"}},
		"a layout too":    {layoutArchive(t, fixture.Index(t, amd64), fixture.File{Name: "manifest.json", Content: []byte("[]")}), []string{"linux/amd64"}},
		"pulled in part":  {archiveOf(t, dir), bothPlatforms},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := Saved(context.Background(), "pause:1", bytes.NewReader(test.saved))
			if err != nil {
				t.Fatal(err)
			}
			defer source.Close()
			expectPauses(t, source, test.platforms)
		})
	}
}

// patch changes one byte of a copy of the content.
func patch(content []byte, at int, value byte) []byte {
	content = bytes.Clone(content)
	content[at] = value
	return content
}
