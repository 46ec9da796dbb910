package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func startStranger(t *testing.T) string {
	t.Helper()
	const reference = "pause-conformance-test:stranger"
	archive := filepath.Join(t.TempDir(), "image.tar")
	writeArchive(t, archive, reference)
	if printed, err := exec.Command("docker", "load", "-i", archive).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	id, err := exec.Command("docker", "run", "--detach", "--network=none", reference).Output()
	if err != nil {
		t.Fatal(err)
	}
	stranger := strings.TrimSpace(string(id))
	t.Cleanup(func() {
		_ = exec.Command("docker", "rm", "-f", stranger).Run()
		_ = exec.Command("docker", "rmi", "-f", reference).Run()
	})
	return stranger
}

// writeArchive writes our image for this machine as a docker archive.
func writeArchive(t *testing.T, file, reference string) {
	t.Helper()
	index, err := layout.ImageIndexFromPath(ours)
	if err != nil {
		t.Fatal(err)
	}
	images, err := partial.FindImages(index, match.Platforms(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}))
	if err != nil || len(images) == 0 {
		t.Fatalf("no image for %s in %s: %v", native, ours, err)
	}
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(file, tag, images[0]); err != nil {
		t.Fatal(err)
	}
}
