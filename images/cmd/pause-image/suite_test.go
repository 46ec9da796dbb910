package main

import (
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// The image of the suite is published as the one of pause is.
func TestSuiteIsBuiltPushedAndVerifiedAsAnImage(t *testing.T) {
	if testing.Short() {
		t.Skip("it links the suite, which takes a minute")
	}
	dist := filepath.Join(t.TempDir(), "dist")
	build := pauseImage(t, "../../..", "build", "--product", "pause-conformance", "--dist", dist, "--version", "1.2.3", "--platform", "linux/amd64", "--revision", commit)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	expect(t, 0, host+"/a/pause-conformance:1.2.3  tagged", "push", "--dist", dist, host+"/a")
	expect(t, 6, "no image for linux/arm64", "verify", "--no-rebuild", host+"/a/pause-conformance:1.2.3")

	index, err := layout.ImageIndexFromPath(filepath.Join(dist, "oci"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if list.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != "ghcr.io/podsandbox/pause-conformance:1.2.3" {
		t.Errorf("the layout names %v", list.Manifests[0].Annotations)
	}
}

func TestProductsAreKnown(t *testing.T) {
	expect(t, 2, `--product "no-such": want pause or pause-conformance`, "build", "--product", "no-such", "--version", "1")
	expect(t, 2, "pause-conformance is not built for linux/s390x", "build", "--product", "pause-conformance", "--version", "1", "--platform", "linux/s390x")
}
