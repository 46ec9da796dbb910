package bundle_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/pause/freestanding"
)

func newBundle(t testing.TB, version string) *bundle.Bundle {
	t.Helper()
	var programs []freestanding.Program
	for _, platform := range freestanding.Platforms[:3] {
		programs = append(programs, freestanding.Program{Platform: platform, LinkerOutput: []byte("linked"), Bytes: []byte("trimmed")})
	}
	repository := name.MustParseReference("registry.example/pause").Context()
	result, err := bundle.New(repository.Tag(version), images.Release{Version: version}, programs)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasPrefix(path, "oci/blobs/") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var publicationFiles = []string{
	"DIGEST", "SHA256SUMS",
	"archives/pause-2-linux-amd64.tar", "archives/pause-2-linux-arm-v7.tar", "archives/pause-2-linux-arm64.tar", "archives/pause-2.tar",
	"bin/pause-linux-amd64", "bin/pause-linux-arm-v7", "bin/pause-linux-arm64",
	"debug/pause-linux-amd64", "debug/pause-linux-arm-v7", "debug/pause-linux-arm64",
	"oci/index.json", "oci/oci-layout",
	"provenance.intoto.json", "sbom.spdx.json",
}

func TestBuildReplacesAnOlderOneAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kept"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"1", "2"} {
		if err := newBundle(t, version).Write(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	want := append(slices.Clone(publicationFiles), "kept")
	slices.Sort(want)
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = dir
	if text, err := check.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", check, err, text)
	}
}

func TestBuildThatFailsLeavesTheOlderOne(t *testing.T) {
	dir := t.TempDir()
	if err := newBundle(t, "2").Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	broken := newBundle(t, "1")
	broken.Programs[2].Platform.Architecture = "\x00"
	if err := broken.Write(t.Context(), dir); err == nil {
		t.Fatal("a file has NUL in its name")
	}
	if got := files(t, dir); !slices.Equal(got, publicationFiles) {
		t.Errorf("files %q, want %q", got, publicationFiles)
	}
}

func TestTableNamesEveryPlatformWithItsDigest(t *testing.T) {
	result := newBundle(t, "2")
	var table strings.Builder
	if err := result.PrintTable(&table); err != nil {
		t.Fatal(err)
	}
	index, err := result.Index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, image := range index.Manifests {
		if !slices.ContainsFunc(strings.Split(table.String(), "\n"), func(line string) bool {
			return strings.HasPrefix(line, image.Platform.String()+" ") && strings.HasSuffix(line, image.Digest.String())
		}) {
			t.Errorf("no line for %s with %s:\n%s", image.Platform, image.Digest, &table)
		}
	}
	if digest, err := result.Index.Digest(); err != nil || !strings.Contains(table.String(), digest.String()) {
		t.Errorf("index %s, error %v:\n%s", digest, err, &table)
	}
}
