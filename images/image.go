package images

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images/tarfile"
	"github.com/podsandbox/pause/pause/freestanding"
)

const (
	// user is numeric, since kubelet's runAsNonRoot can judge no other. Kubernetes
	// publishes its pause with this one since 3.5 (kubernetes#97963).
	user = "65535:65535"

	// mode lets any user run the program: a sandbox gets the pod's runAsUser
	// (kubernetes#116967).
	mode = 0o555
)

// Image returns the image of one program.
func Image(release Release, program freestanding.Program) (v1.Image, error) {
	image, err := build(release, program)
	if err != nil {
		return nil, fmt.Errorf("image for %s: %w", program.Platform, err)
	}
	return image, nil
}

func build(release Release, program freestanding.Program) (v1.Image, error) {
	layer, err := layerOf(release, program.Bytes)
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.ConfigFile(base, &v1.ConfigFile{
		OS:           program.Platform.OS,
		Architecture: program.Platform.Architecture,
		Variant:      program.Platform.Variant,
		Created:      release.timestamp(),
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			User:       release.ProductOrPause().User,
			Entrypoint: []string{release.ProductOrPause().Entrypoint()},
			Labels:     release.Labels(),
		},
	})
	if err != nil {
		return nil, err
	}
	image, err = mutate.Append(image, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: release.timestamp(), CreatedBy: "pause-image build"},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(image, release.Annotations()).(v1.Image), nil
}

func layerOf(release Release, program []byte) (v1.Layer, error) {
	var archive bytes.Buffer
	product := release.ProductOrPause()
	files := []tarfile.File{{Name: product.Name, Mode: mode, Time: release.Created, Content: program}}
	if product.Temporary {
		files = append(files, tarfile.File{Name: "tmp/", Mode: 0o1777, Time: release.Created})
	}
	err := tarfile.Write(&archive, files)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }
	return tarball.LayerFromOpener(open,
		tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithCompressedCaching)
}
