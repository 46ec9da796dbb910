package images_test

import (
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

func TestIndexHoldsAllPlatformsInOrder(t *testing.T) {
	var programs []freestanding.Program
	for _, platform := range freestanding.Platforms {
		programs = append(programs, freestanding.Program{Platform: platform, Bytes: []byte("a program")})
	}
	index, err := images.Index(release, programs)
	if err != nil {
		t.Fatal(err)
	}
	path, err := layout.Write(t.TempDir(), index)
	if err != nil {
		t.Fatal(err)
	}
	readBack, err := path.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(readBack); err != nil {
		t.Error(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if manifest.MediaType != types.OCIImageIndex || !reflect.DeepEqual(manifest.Annotations, release.Annotations()) {
		t.Errorf("media type %s, annotations %q", manifest.MediaType, manifest.Annotations)
	}
	if len(manifest.Manifests) != len(programs) {
		t.Fatalf("%d images of %d programs", len(manifest.Manifests), len(programs))
	}
	for i, descriptor := range manifest.Manifests {
		if got, want := descriptor.Platform.String(), programs[i].Platform.String(); got != want {
			t.Errorf("image %d is for %s, want %s", i, got, want)
		}
	}
}

func TestEveryImageThatIsTooLargeIsNamed(t *testing.T) {
	incompressible := make([]byte, images.MaxSize)
	rand.New(rand.NewSource(1)).Read(incompressible)
	_, err := images.Index(release, []freestanding.Program{
		{Platform: freestanding.Platforms[0], Bytes: incompressible},
		{Platform: freestanding.Platforms[1], Bytes: []byte("a program")},
		{Platform: freestanding.Platforms[2], Bytes: incompressible},
	})
	for i, named := range []bool{true, false, true} {
		platform := freestanding.Platforms[i].String()
		if err == nil || strings.Contains(err.Error(), "image for "+platform+":") != named {
			t.Errorf("%s named: want %t, error:\n%v", platform, named, err)
		}
	}
}
