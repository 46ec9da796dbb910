package conformance_test

import (
	"archive/tar"
	"bytes"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// writeScriptImage writes an image whose entry point is a file that is no program.
func writeScriptImage(directory string) error {
	var layer bytes.Buffer
	archive := tar.NewWriter(&layer)
	const script = "#!/pause\n"
	if err := archive.WriteHeader(&tar.Header{Name: "pause", Mode: 0o755, Size: int64(len(script))}); err != nil {
		return err
	}
	if _, err := io.WriteString(archive, script); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	content, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil })
	if err != nil {
		return err
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{Entrypoint: []string{"/pause"}, User: "65535"},
	})
	if err != nil {
		return err
	}
	image, err = mutate.AppendLayers(image, content)
	if err != nil {
		return err
	}
	index, err := layout.Write(directory, empty.Index)
	if err != nil {
		return err
	}
	return index.AppendImage(image)
}
