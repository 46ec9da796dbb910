package images_test

import (
	"archive/tar"
	"io"
	"reflect"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

var release = images.Release{Version: "1.2.3", Revision: "abcdef", Created: time.Unix(1700000000, 0)}

func imageFor(t *testing.T, platform freestanding.Platform) v1.Image {
	t.Helper()
	image, err := images.Image(release, freestanding.Program{Platform: platform, Bytes: []byte("a program")})
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func TestManifestIsAnnotatedAndOfOCIMediaTypes(t *testing.T) {
	image := imageFor(t, freestanding.Platforms[0])
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	got := []types.MediaType{manifest.MediaType, manifest.Config.MediaType, manifest.Layers[0].MediaType}
	want := []types.MediaType{types.OCIManifestSchema1, types.OCIConfigJSON, types.OCILayer}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("media types %q, want %q", got, want)
	}
	if !reflect.DeepEqual(manifest.Annotations, release.Annotations()) {
		t.Errorf("annotations %q", manifest.Annotations)
	}
	if timestamp := manifest.Annotations[images.CreatedKey]; timestamp != "2023-11-14T22:13:20Z" {
		t.Errorf("annotated as created at %s", timestamp)
	}
}

func TestConfigHoldsNothingButUserEntrypointAndLabels(t *testing.T) {
	config, err := imageFor(t, freestanding.Platforms[0]).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := v1.Config{
		User:       "65535:65535",
		Entrypoint: []string{"/pause"},
		Labels: map[string]string{
			"org.opencontainers.image.title":    "pause",
			"org.opencontainers.image.version":  "1.2.3",
			"org.opencontainers.image.revision": "abcdef",
			"org.opencontainers.image.source":   "https://github.com/podsandbox/pause",
			"org.opencontainers.image.licenses": "Apache-2.0",
		},
	}
	if !reflect.DeepEqual(config.Config, want) {
		t.Errorf("config %+v, want %+v", config.Config, want)
	}
	for what, timestamp := range map[string]v1.Time{"image": config.Created, "layer": config.History[0].Created} {
		if !timestamp.Equal(release.Created) {
			t.Errorf("%s created at %s, want %s", what, timestamp, release.Created)
		}
	}
}

// 3.1's arm images said amd64 in their config (kubernetes#87325).
func TestConfigNamesThePlatform(t *testing.T) {
	for _, platform := range freestanding.Platforms {
		config, err := imageFor(t, platform).ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if got := config.Platform().String(); got != platform.String() {
			t.Errorf("config of the image for %s says %s", platform, got)
		}
	}
}

func TestLayerHoldsOneFileThatAnyUserRuns(t *testing.T) {
	layers, err := imageFor(t, freestanding.Platforms[0]).Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, error %v, want one layer", len(layers), err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	files := tar.NewReader(content)
	header, err := files.Next()
	if err != nil {
		t.Fatal(err)
	}
	if header.Typeflag != tar.TypeReg || header.Name != "pause" || header.Mode != 0o555 ||
		header.Uid != 0 || header.Gid != 0 || !header.ModTime.Equal(release.Created) {
		t.Errorf("first entry %+v", header)
	}
	if program, err := io.ReadAll(files); string(program) != "a program" {
		t.Errorf("program %q, error %v", program, err)
	}
	if second, err := files.Next(); err != io.EOF {
		t.Errorf("second entry %+v, error %v", second, err)
	}
}
