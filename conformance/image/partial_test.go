package image

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// pulledInPart is a layout of an index whose images after the first are not there, as
// Docker with containerd's store saves what it has pulled.
func pulledInPart(t *testing.T) string {
	t.Helper()
	attestation := mutate.IndexAddendum{Add: fixture.Image(t, v1.ConfigFile{Author: "buildx"}), Descriptor: v1.Descriptor{
		Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}, Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}}
	index := mutate.AppendManifests(fixture.BothPauses(t), attestation)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimPrefix(fixture.Layout(t, index), "oci:")
	for _, descriptor := range manifest.Manifests[1:] {
		if err := os.Remove(filepath.Join(dir, "blobs/sha256", descriptor.Digest.Hex)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAPlatformThatOnlyTheIndexHasIsLeftOut(t *testing.T) {
	dir := pulledInPart(t)
	for _, reference := range []string{"oci:" + dir, "oci-archive:" + fixture.WriteFile(t, "pause.tar", archiveOf(t, dir))} {
		source := openSource(t, reference)
		expectPauses(t, source, []string{"linux/amd64"})
		if absent := Join(source.Absent()); absent != "linux/arm64" {
			t.Errorf("absent is %s", absent)
		}
		if platforms := Join(source.Index().Platforms); platforms != "linux/amd64,linux/arm64" {
			t.Errorf("the index has %s", platforms)
		}
		_, err := source.Image(context.Background(), v1.Platform{OS: "linux", Architecture: "arm64"})
		if err == nil || !strings.Contains(err.Error(), "linux/arm64 is in its index alone") || !strings.Contains(err.Error(), "pass --platform linux/amd64") {
			t.Errorf("got %v", err)
		}
	}
}

func TestAnIndexAloneIsAnError(t *testing.T) {
	index := fixture.BothPauses(t)
	dir := strings.TrimPrefix(fixture.Layout(t, index), "oci:")
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, descriptor := range manifest.Manifests {
		if err := os.Remove(filepath.Join(dir, "blobs/sha256", descriptor.Digest.Hex)); err != nil {
			t.Fatal(err)
		}
	}
	expectOneLine(t, "oci:"+dir, "is missing")
}
