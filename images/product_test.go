package images_test

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

func TestSuiteImageHoldsTheProgramAndAPlaceForItsFiles(t *testing.T) {
	suite := release
	suite.Product = images.Suite
	image, err := images.Image(suite, freestanding.Program{Platform: freestanding.Platforms[1], Bytes: []byte("a program")})
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.Config; got.User != "0:0" || len(got.Entrypoint) != 1 || got.Entrypoint[0] != "/pause-conformance" ||
		got.Labels[images.TitleKey] != "pause-conformance" || config.Architecture != "arm64" {
		t.Errorf("configuration %+v for %s", got, config.Architecture)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for files := tar.NewReader(content); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, fmt.Sprintf("%s %o %d:%d", header.Name, header.Mode, header.Uid, header.Gid))
	}
	if got, want := strings.Join(entries, ", "), "pause-conformance 555 0:0, tmp/ 1777 0:0"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	again, err := images.ReleaseOf(suite.Annotations())
	if err != nil || again.ProductOrPause() != images.Suite {
		t.Errorf("annotations are of %+v, error %v", again, err)
	}
}
