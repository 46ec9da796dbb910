package image

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/podsandbox/pause/conformance/image/compression"
	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// dockerLayers is a docker archive with layers as they are given, of the archives.
func dockerLayers(t *testing.T, archives [][]byte, blobs [][]byte, further ...fixture.File) []byte {
	t.Helper()
	config := fixture.ConfigFor(t, "linux/amd64")
	var names []string
	files := further
	for i, content := range blobs {
		digest, _, err := v1.SHA256(bytes.NewReader(archives[i]))
		if err != nil {
			t.Fatal(err)
		}
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, digest)
		names = append(names, fmt.Sprintf("%d/layer.tar", i))
		if content != nil {
			files = append(files, fixture.File{Name: names[i], Content: content})
		}
	}
	manifest := marshal(t, []map[string]any{{"Config": "config.json", "RepoTags": []string{"pause:1"}, "Layers": names}})
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, fixture.File{Name: "manifest.json", Content: manifest}, fixture.File{Name: "config.json", Content: raw})
	return fixture.Tar(t, files...)
}

func TestLayersOfADockerArchiveAreCompressedEachInItsWay(t *testing.T) {
	program := fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))
	other := fixture.Tar(t, fixture.File{Name: "etc/a", Mode: 0o644})
	third := fixture.Tar(t, fixture.File{Name: "etc/b", Mode: 0o644})
	archives := [][]byte{program, other, third}
	for name, blobs := range map[string][][]byte{
		"plain first": {program, fixture.Gzip(t, other), fixture.Zstd(t, third)},
		"gzip first":  {fixture.Gzip(t, program), other, fixture.Zstd(t, third)},
		"zstd first":  {fixture.Zstd(t, program), fixture.Gzip(t, other), third},
	} {
		t.Run(name, func(t *testing.T) {
			source := openSource(t, "docker-archive:"+fixture.WriteFile(t, "image.tar", dockerLayers(t, archives, blobs)))
			image := imageOf(t, source, "linux/amd64")
			for i, layer := range image.Root.Layers {
				if layer.DiffID != image.Config.RootFS.DiffIDs[i] {
					t.Errorf("layer %d is %s", i+1, layer.DiffID)
				}
			}
			if _, _, err := image.Root.Lookup("/etc/b"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestALayerMayBeALinkToAnother(t *testing.T) {
	program := fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))
	archive := dockerLayers(t, [][]byte{program, program}, [][]byte{program, nil}, fixture.File{Name: "1/layer.tar", Type: tar.TypeSymlink, Link: "../0/layer.tar"})
	expectPauses(t, openSource(t, "docker-archive:"+fixture.WriteFile(t, "image.tar", archive)), []string{"linux/amd64"})
}

func TestNamesACompressionThatIsNotRead(t *testing.T) {
	xz := []byte("\xfd7zXZ\x00\x00\x04")
	for _, kind := range []string{"oci-archive:", "docker-archive:"} {
		expectOneLine(t, kind+fixture.WriteFile(t, "image.tar.xz", xz), "it is compressed with xz, which is not read; decompress it first")
	}
	archive := dockerLayers(t, [][]byte{nil}, [][]byte{xz})
	expectOneLine(t, "docker-archive:"+fixture.WriteFile(t, "image.tar", archive), "compressed with xz")
}

func TestReadsArchivesByTheirFirstBytes(t *testing.T) {
	layout := layoutArchive(t, fixture.BothPauses(t))
	expectPauses(t, openSource(t, "oci-archive:"+fixture.WriteFile(t, "pause.tar", fixture.Zstd(t, layout))), bothPlatforms)
}

func TestOneTagOfTwoImagesOfADockerArchiveIsAnError(t *testing.T) {
	config := func(author string) []byte {
		file := fixture.ConfigFor(t, "linux/amd64")
		file.Author = author
		return marshal(t, file)
	}
	archive := fixture.Tar(t, fixture.File{Name: "a.json", Content: config("a")}, fixture.File{Name: "b.json", Content: config("b")},
		fixture.File{Name: "manifest.json", Content: []byte(`[{"Config":"a.json","RepoTags":["r.example/pause:1"]},{"Config":"b.json","RepoTags":["r.example/other:1"]}]`)})
	_, err := Open(context.Background(), "docker-archive:"+fixture.WriteFile(t, "image.tar", archive)+":1")
	if err == nil || !strings.Contains(err.Error(), "r.example/pause:1 (a.json) or r.example/other:1 (b.json)") {
		t.Errorf("got %v", err)
	}
}

func TestEnginesGetLayersThatTheyAllRead(t *testing.T) {
	program := fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))
	other := fixture.Tar(t, fixture.File{Name: "etc/a", Mode: 0o644})
	archive := dockerLayers(t, [][]byte{program, other}, [][]byte{fixture.Zstd(t, program), other})
	image := imageOf(t, openSource(t, "docker-archive:"+fixture.WriteFile(t, "image.tar", archive)), "linux/amd64")
	var output bytes.Buffer
	if err := tarball.Write(name.MustParseReference("pause:1").(name.Tag), image.Content, &output); err != nil {
		t.Fatal(err)
	}
	again := imageOf(t, openSource(t, "docker-archive:"+fixture.WriteFile(t, "loaded.tar", output.Bytes())), "linux/amd64")
	for i, layer := range again.Root.Layers {
		if layer.Compression != compression.Gzip || layer.DiffID != image.Root.Layers[i].DiffID {
			t.Errorf("layer %d is %+v", i+1, layer)
		}
	}
	if again.Digest != image.Digest {
		t.Errorf("the configuration is %s, not %s", again.Digest, image.Digest)
	}
}
