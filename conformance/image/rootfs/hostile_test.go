package rootfs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// plainLayer is a layer that holds what it is given, whatever the configuration of its
// image says.
func plainLayer(content []byte) v1.Layer { return static.NewLayer(content, types.OCIUncompressedLayer) }

func TestRefusesHostileLayers(t *testing.T) {
	valid := fixture.Tar(t, fixture.File{Name: "pause", Content: []byte("program")})
	corruption := bytes.Clone(valid)
	corruption[10] ^= 1
	many := make([]fixture.File, 101)
	for i := range many {
		many[i] = file(fmt.Sprint(i))
	}
	for name, test := range map[string]struct {
		archive []byte
		want    string
	}{
		"leads out of the root":          {fixture.Tar(t, file("../etc/passwd")), `entry "../etc/passwd" leads out of the root`},
		"leads out of the root later":    {fixture.Tar(t, file("a/../../b")), "leads out of the root"},
		"hard link out of the root":      {fixture.Tar(t, hardLink("a", "../b")), "leads out of the root"},
		"hard link to nothing":           {fixture.Tar(t, hardLink("a", "b")), `entry "a": hard link to "b", which is no file of the image`},
		"hard link to a directory":       {fixture.Tar(t, file("b/c"), hardLink("a", "b")), "no file of the image"},
		"file below a file":              {fixture.Tar(t, file("a"), file("a/b")), "a is not a directory"},
		"file below a loop":              {fixture.Tar(t, link("a", "a"), file("a/b")), "too many symbolic links"},
		"file below a dangling link":     {fixture.Tar(t, link("a", "b"), file("a/c")), "a leads nowhere"},
		"root that is no directory":      {fixture.Tar(t, link("/", "b")), "the root is not a directory"},
		"long name":                      {fixture.Tar(t, file(strings.Repeat("a/", 3000)+"b")), "a file name of 6001 bytes"},
		"long path through links":        {fixture.Tar(t, deep(40)...), "a path of more than 4096 bytes"},
		"symbolic link to nothing":       {fixture.Tar(t, link("a", "")), `symbolic link "a" has a target of 0 bytes`},
		"long symbolic link":             {fixture.Tar(t, link("a", strings.Repeat("b", 4096))), "has a target of 4096 bytes"},
		"whiteout of nothing":            {fixture.Tar(t, file("a/.wh.")), `entry "a/.wh.": a whiteout that names no file`},
		"whiteout of the directory":      {fixture.Tar(t, file(".wh..")), "a whiteout that names no file"},
		"whiteout of the one above":      {fixture.Tar(t, file("a/.wh...")), "a whiteout that names no file"},
		"unknown type":                   {fixture.Tar(t, fixture.File{Name: "a", Type: 'Z'}), `entry "a" has the type 'Z', which engines refuse`},
		"truncated in a file":            {valid[:514], "unexpected EOF"},
		"flipped bit":                    {corruption, "invalid tar header"},
		"no archive":                     {bytes.Repeat([]byte("pause"), 1000), "invalid tar header"},
		"more files than are read":       {fixture.Tar(t, many...), "too many files in the image"},
		"longer names than are read":     {fixture.Tar(t, link("a", strings.Repeat("b", 1<<16))), "too many files in the image"},
		"more directories than are read": {fixture.Tar(t, file(strings.Repeat("a/", 101)+"b")), "too many directories in the image"},
		"more bytes than are read":       {fixture.Tar(t, fixture.File{Name: "a", Content: make([]byte, 2<<20)}), "at most 1048576 are read"},
	} {
		t.Run(name, func(t *testing.T) {
			image := fixture.Image(t, v1.ConfigFile{}, fixture.Layer(t, test.archive))
			if name == "more bytes than are read" {
				image = fixture.Image(t, v1.ConfigFile{}, plainLayer(test.archive))
			}
			_, err := Read(context.Background(), image, Limits{Bytes: 1 << 20, Entries: 100, Names: 1 << 16})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			// Not that it is too much for the suite, which an engine may well unpack.
			beyond := strings.Contains(name, "than are read")
			if fault := errors.As(err, new(*LayerError)); fault == beyond {
				t.Errorf("the layer's own fault: %v", fault)
			}
		})
	}
}

// deep has a path that grows through a symbolic link at every step.
func deep(steps int) []fixture.File {
	files := []fixture.File{file(strings.Repeat("d", 120) + "/x")}
	at := strings.Repeat("d", 120)
	for i := range steps {
		files = append(files, link(fmt.Sprint(i), at), file(fmt.Sprintf("%d/%s/x", i, strings.Repeat("d", 120))))
		at = fmt.Sprintf("%d/%s", i, strings.Repeat("d", 120))
	}
	return files
}

func TestRefusesAWhiteoutBelowAFile(t *testing.T) {
	image := fixture.Image(t, v1.ConfigFile{},
		fixture.Layer(t, fixture.Tar(t, file("pause"))), fixture.Layer(t, fixture.Tar(t, file("pause/.wh.x"))))
	if _, err := Read(t.Context(), image, Limits{Bytes: 1 << 20, Entries: 100, Names: 1 << 16}); err == nil || !strings.Contains(err.Error(), `entry "pause/.wh.x": pause is not a directory`) {
		t.Errorf("error %v", err)
	}
}

func TestRefusesAttributesThatLinuxDoesNotTake(t *testing.T) {
	for name, record := range map[string][2]string{
		"long name":  {attributePrefix + "user." + strings.Repeat("x", 251), "y"},
		"long value": {attributePrefix + "user.x", strings.Repeat("y", 64<<10+1)},
	} {
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		header := tar.Header{Name: "pause", Mode: 0o755, Format: tar.FormatPAX, PAXRecords: map[string]string{record[0]: record[1]}}
		if err := errors.Join(w.WriteHeader(&header), w.Close()); err != nil {
			t.Fatal(err)
		}
		image := fixture.Image(t, v1.ConfigFile{}, fixture.Layer(t, archive.Bytes()))
		if _, err := Read(t.Context(), image, Limits{Bytes: 1 << 20, Entries: 100, Names: 1 << 16}); err == nil || !strings.Contains(err.Error(), "which Linux does not take") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestLinksThatTakeLongToFollow(t *testing.T) {
	files := []fixture.File{link("0", strings.Repeat("./", 2000)+"x"), file("x/y")}
	for i := range 39 {
		files = append(files, link(fmt.Sprint(i+1), strings.Repeat("./", 2000)+fmt.Sprint(i)))
	}
	for i := range 1000 {
		files = append(files, file(fmt.Sprintf("39/%d", i)))
	}
	_, err := Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, fixture.Layer(t, fixture.Tar(t, files...))), DefaultLimits)
	if err == nil || !strings.Contains(err.Error(), "take too long to follow") {
		t.Errorf("got %v", err)
	}
}

func TestTheLimitIsOneForAllLayers(t *testing.T) {
	archive := fixture.Tar(t, fixture.File{Name: "zeros", Content: make([]byte, 600<<10)})
	for want, layer := range map[string]v1.Layer{
		"layer 2 of 2: a size of": plainLayer(archive),
		"layer 2 of 2 (sha256:":   fixture.Layer(t, archive),
	} {
		_, err := Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, layer, layer), Limits{Bytes: 1 << 20, Entries: 100, Names: 1000})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// wrongDigest is an image whose layer is another than its manifest or its
// configuration names.
type wrongDigest struct {
	v1.Image
	layers   []v1.Layer
	manifest func(*v1.Manifest)
}

func (m wrongDigest) Layers() ([]v1.Layer, error) { return m.layers, nil }

func (m wrongDigest) Manifest() (*v1.Manifest, error) {
	manifest, err := m.Image.Manifest()
	if err == nil && m.manifest != nil {
		manifest = manifest.DeepCopy()
		m.manifest(manifest)
	}
	return manifest, err
}

func TestRefusesLayersThatAreNotTheOnesNamed(t *testing.T) {
	layer := plainLayer(fixture.Tar(t, file("pause")))
	other := plainLayer(fixture.Tar(t, file("other")))
	image := fixture.Image(t, v1.ConfigFile{}, layer)
	for name, test := range map[string]struct {
		image v1.Image
		want  string
	}{
		"other content":         {wrongDigest{image, []v1.Layer{other}, nil}, "has the digest"},
		"negative size":         {wrongDigest{image, []v1.Layer{layer}, func(m *v1.Manifest) { m.Layers[0].Size = -1 }}, "a size of -1 bytes"},
		"smaller than its size": {wrongDigest{image, []v1.Layer{layer}, func(m *v1.Manifest) { m.Layers[0].Size++ }}, "bytes, not"},
		"larger than its size":  {wrongDigest{image, []v1.Layer{layer}, func(m *v1.Manifest) { m.Layers[0].Size-- }}, "more than"},
		"another digest":        {wrongDigest{image, []v1.Layer{layer}, func(m *v1.Manifest) { m.Layers[0].Digest.Hex = strings.Repeat("0", 64) }}, "has the digest"},
		"unknown digest":        {wrongDigest{image, []v1.Layer{layer}, func(m *v1.Manifest) { m.Layers[0].Digest.Algorithm = "md5" }}, `unsupported hash: "md5"`},
		"missing layer":         {wrongDigest{image, nil, nil}, "the manifest has 1 layers"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(context.Background(), test.image, DefaultLimits); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func relabel(t *testing.T, layer v1.Layer) func(*v1.Manifest) {
	t.Helper()
	digest, err := layer.Digest()
	if err != nil {
		t.Fatal(err)
	}
	size, err := layer.Size()
	if err != nil {
		t.Fatal(err)
	}
	return func(manifest *v1.Manifest) { manifest.Layers[0].Digest, manifest.Layers[0].Size = digest, size }
}

func TestMemoryIsBoundedOnAGzipBomb(t *testing.T) {
	image := wrongDigest{fixture.Image(t, v1.ConfigFile{}, plainLayer(nil)), nil, nil}
	bomb := bombOf(t, 256<<20)
	image.layers = []v1.Layer{fixture.Layer(t, bomb)}
	image.manifest = relabel(t, image.layers[0])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(context.Background(), image, Limits{Bytes: 64 << 20, Entries: 100, Names: 1 << 20})
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "more than 67108864 bytes") {
		t.Errorf("got %v", err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 16<<20 {
		t.Errorf("%d bytes were allocated for a bomb of %d", allocated, len(bomb))
	}
}

// bombOf is a compressed layer with one file of zeros.
func bombOf(t *testing.T, size int64) []byte {
	t.Helper()
	var bomb bytes.Buffer
	compressor := gzip.NewWriter(&bomb)
	archive := tar.NewWriter(compressor)
	if err := archive.WriteHeader(&tar.Header{Name: "pause", Mode: 0o755, Size: size}); err != nil {
		t.Fatal(err)
	}
	_, err := io.CopyN(archive, zeros{}, size)
	if err := errors.Join(err, archive.Close(), compressor.Close()); err != nil {
		t.Fatal(err)
	}
	return bomb.Bytes()
}

type zeros struct{}

func (zeros) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

func TestGivesUpWhenItIsToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	image := fixture.Image(t, v1.ConfigFile{}, fixture.Layer(t, fixture.Tar(t, file("pause"))))
	if _, err := Read(ctx, image, DefaultLimits); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzLayer(f *testing.F) {
	f.Add(fixture.Tar(f, fixture.File{Name: "pause", Mode: 0o755, Content: []byte("program")}))
	f.Add(fixture.Tar(f, link("a", "/b/../.."), file("b/c"), file("a/d"), hardLink("e", "b/c"), file("b/.wh.c"), file(".wh..wh..opq")))
	f.Fuzz(func(t *testing.T, archive []byte) {
		layer := fixture.Layer(t, bytes.Clone(archive))
		tree, err := Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, layer, layer), Limits{Bytes: 1 << 20, Entries: 1000, Names: 1 << 16})
		if err != nil {
			return
		}
		tree.Walk(func(path string, file *File) {
			found, _, err := tree.Lookup(path)
			if err == nil && found.File.Mode.IsRegular() {
				_, _ = tree.Content(context.Background(), found.File, 1<<20)
			}
		})
	})
}
