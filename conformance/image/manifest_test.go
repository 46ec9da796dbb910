package image

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// absurd is a layout whose parts say what they like. Change gets the manifest and
// the descriptor of it that the index has.
func absurd(t *testing.T, change func(*v1.Manifest, *v1.Descriptor)) string {
	t.Helper()
	index := fixture.Index(t, fixture.PauseFor(t, "linux/amd64"))
	dir := strings.TrimPrefix(fixture.Layout(t, index), "oci:")
	indexManifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	descriptor := indexManifest.Manifests[0]
	image, err := index.Image(descriptor.Digest)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	manifest = manifest.DeepCopy()
	change(manifest, &descriptor)
	content := marshal(t, manifest)
	digest, size, err := v1.SHA256(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if descriptor.Digest == indexManifest.Manifests[0].Digest {
		descriptor.Digest = digest
		if descriptor.Size == indexManifest.Manifests[0].Size {
			descriptor.Size = size
		}
	}
	indexManifest.Manifests[0] = descriptor
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "blobs/sha256", digest.Hex), content, 0o600),
		os.WriteFile(filepath.Join(dir, "index.json"), marshal(t, indexManifest), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestRefusesAbsurdManifests(t *testing.T) {
	none := v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("0", 64)}
	for name, test := range map[string]struct {
		change func(*v1.Manifest, *v1.Descriptor)
		want   string
	}{
		"a layer that is missing": {func(m *v1.Manifest, _ *v1.Descriptor) { m.Layers[0].Digest = none }, "layer 1 of 1"},
		"a layer that is another": {func(m *v1.Manifest, _ *v1.Descriptor) {
			m.Layers[0].Digest, m.Layers[0].Size = m.Config.Digest, m.Config.Size
		}, "layer 1 of 1"},
		"a negative layer": {func(m *v1.Manifest, _ *v1.Descriptor) { m.Layers[0].Size = -1 }, "bytes, not -1"},
		"many layers":      {func(m *v1.Manifest, _ *v1.Descriptor) { m.Layers = make([]v1.Descriptor, 300) }, "cannot parse hash"},
		"many good layers": {func(m *v1.Manifest, _ *v1.Descriptor) {
			for range 300 {
				m.Layers = append(m.Layers, m.Layers[0])
			}
		}, "301 layers, at most 256 are read"},
		"no configuration":               {func(m *v1.Manifest, _ *v1.Descriptor) { m.Config.Digest = none }, "is missing"},
		"a negative configuration":       {func(m *v1.Manifest, _ *v1.Descriptor) { m.Config.Size = -5 }, "a size of -5 bytes"},
		"a huge configuration":           {func(m *v1.Manifest, _ *v1.Descriptor) { m.Config.Size = 1 << 62 }, "at most 4194304 are read"},
		"an artifact":                    {func(m *v1.Manifest, _ *v1.Descriptor) { m.Config.MediaType = "application/vnd.example" }, "holds no image"},
		"a manifest of another size":     {func(_ *v1.Manifest, d *v1.Descriptor) { d.Size++ }, "bytes, not"},
		"a manifest that is missing":     {func(_ *v1.Manifest, d *v1.Descriptor) { d.Digest = none }, "is missing"},
		"a manifest that is another":     {func(m *v1.Manifest, d *v1.Descriptor) { d.Digest, d.Size = m.Config.Digest, m.Config.Size }, "no image of a container"},
		"an index in a manifest's place": {func(_ *v1.Manifest, d *v1.Descriptor) { d.MediaType = types.OCIImageIndex }, "holds no image"},
	} {
		t.Run(name, func(t *testing.T) { expectOneLine(t, absurd(t, test.change), test.want) })
	}
}

func TestRefusesAbsurdIndexes(t *testing.T) {
	deep := fixture.BothPauses(t)
	for range 6 {
		deep = mutate.AppendManifests(fixture.Index(t), mutate.IndexAddendum{Add: deep})
	}
	expectOneLine(t, fixture.Layout(t, deep), "more than 3 indexes within each other")
	images := fixture.Index(t)
	for i := range 129 {
		images = mutate.AppendManifests(images, mutate.IndexAddendum{Add: empty.Image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "linux", Architecture: fmt.Sprint(i)},
		}})
	}
	twice := mutate.AppendManifests(fixture.Index(t), mutate.IndexAddendum{Add: images}, mutate.IndexAddendum{Add: images})
	expectOneLine(t, fixture.Layout(t, twice), "more than 256 images")
	dir := t.TempDir()
	for content, want := range map[string]string{
		`{"manifests":[` + strings.Repeat(`{},`, 300) + `{}]}`: "an index of 301 manifests, at most 256 are read",
		strings.Repeat("[", 20000):                             "exceeded max depth",
		strings.Repeat(" ", 5<<20):                             "at most 4194304 are read",
		`{"manifests":[{"mediaType":"` + string(types.OCIImageIndex) + `","digest":"sha256:` + strings.Repeat("0", 64) + `"}]}`: "is missing",
	} {
		if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		expectOneLine(t, "oci:"+dir, want)
	}
}
