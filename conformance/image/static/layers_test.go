package static

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/report"
)

func TestDiffIDsAreComparedWithTheLayers(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*v1.RootFS)
		want   string
	}{
		"right":    {func(*v1.RootFS) {}, ""},
		"another":  {func(r *v1.RootFS) { r.DiffIDs[0].Hex = strings.Repeat("0", 64) }, "layer 1 of 1 is sha256:"},
		"none":     {func(r *v1.RootFS) { r.DiffIDs = nil }, "the manifest has 1 layers, the configuration 0"},
		"one more": {func(r *v1.RootFS) { r.DiffIDs = append(r.DiffIDs, r.DiffIDs[0]) }, "the manifest has 1 layers, the configuration 2"},
	} {
		t.Run(name, func(t *testing.T) {
			entry := fixture.PauseFor(t, "linux/amd64")
			config, err := entry.Image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			config = config.DeepCopy()
			test.change(&config.RootFS)
			if entry.Image, err = mutate.ConfigFile(entry.Image, config); err != nil {
				t.Fatal(err)
			}
			result := results(t, open(t, fixture.Layout(t, fixture.Index(t, entry))), "linux/amd64", Options{})["IMG-DIFF-IDS"]
			if test.want == "" != (result.Seen == "") || !strings.Contains(result.Seen, test.want) {
				t.Errorf("seen %q, want %q", result.Seen, test.want)
			}
		})
	}
}

func TestLayersThatDoNotUnpackAreTheImagesFault(t *testing.T) {
	for name, test := range map[string]struct {
		archive []byte
		want    string
	}{
		"leads out":            {fixture.Tar(t, fixture.File{Name: "../etc/passwd"}), `entry "../etc/passwd" leads out of the root`},
		"hard link to nothing": {fixture.Tar(t, fixture.File{Name: "a", Type: tar.TypeLink, Link: "b"}), "no file of the image"},
		"odd capabilities":     {fixture.Tar(t, fixture.File{Name: "a", Capabilities: "junk"}), "security.capability"},
		"capabilities of old":  {fixture.Tar(t, fixture.File{Name: "a", Capabilities: "\x00\x00\x00\x01" + strings.Repeat("\x00", 8)}), "security.capability"},
		"unknown type":         {fixture.Tar(t, fixture.File{Name: "a", Type: 'Z'}), "which engines refuse"},
		"no archive":           {bytes.Repeat([]byte("pause"), 1000), "invalid tar header"},
		"cut off":              {fixture.Tar(t, fixture.Executable(make([]byte, 1000)))[:600], "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			layer := static.NewLayer(test.archive, types.OCIUncompressedLayer)
			extension, err := mutate.AppendLayers(fixture.PauseFor(t, "linux/amd64").Image, layer)
			if err != nil {
				t.Fatal(err)
			}
			index := fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: extension}, fixture.PauseFor(t, "linux/arm64"))
			for id, result := range results(t, open(t, fixture.Layout(t, index)), "linux/amd64", Options{}) {
				switch {
				case id == "IMG-UNPACKS":
					if result.Status != report.Fail || !strings.Contains(result.Seen, test.want) {
						t.Errorf("%s: %q, want %q", result.Status, result.Seen, test.want)
					}
				case ofConfiguration[id] && result.Status != report.Pass, !ofConfiguration[id] && result.Status != report.NotTestable:
					t.Errorf("%s: %s: %s", id, result.Status, result.Seen)
				}
			}
		})
	}
}

func TestTypesOfLayers(t *testing.T) {
	archive := fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))
	var gzipArchive bytes.Buffer
	w := gzip.NewWriter(&gzipArchive)
	if _, err := w.Write(archive); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		content   []byte
		mediaType types.MediaType
		want      string
	}{
		"plain":                     {archive, types.OCIUncompressedLayer, ""},
		"gzip":                      {gzipArchive.Bytes(), types.OCILayer, ""},
		"gzip of Docker":            {gzipArchive.Bytes(), types.DockerLayer, ""},
		"gzip that is called plain": {gzipArchive.Bytes(), types.OCIUncompressedLayer, ""},
		"zstd":                      {fixture.Zstd(t, archive), types.OCILayerZStd, "layer 1 of 1 is compressed with zstd"},
		"zstd that is called gzip":  {fixture.Zstd(t, archive), types.OCILayer, "layer 1 of 1 is compressed with zstd"},
		"elsewhere":                 {gzipArchive.Bytes(), types.DockerForeignLayer, "layer 1 of 1 has the media type"},
		"not to be distributed":     {gzipArchive.Bytes(), types.OCIRestrictedLayer, "layer 1 of 1 has the media type"},
	} {
		t.Run(name, func(t *testing.T) {
			content, err := mutate.Append(fixture.Image(t, fixture.ConfigFor(t, "linux/amd64")), mutate.Addendum{Layer: static.NewLayer(test.content, test.mediaType)})
			if err != nil {
				t.Fatal(err)
			}
			source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: content})))
			verdicts := results(t, source, "linux/amd64", Options{})
			if result := verdicts["IMG-LAYER-TYPES"]; test.want == "" != (result.Seen == "") || !strings.Contains(result.Seen, test.want) {
				t.Errorf("seen %q, want %q", result.Seen, test.want)
			}
			isPlain := test.mediaType == types.OCIUncompressedLayer
			if result := verdicts["IMG-UNPACKS"]; (result.Status == report.Fail) != (isPlain && name != "plain") {
				t.Errorf("IMG-UNPACKS: %s: %s", result.Status, result.Seen)
			}
		})
	}
}
