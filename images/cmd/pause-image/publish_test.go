package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

var quiet = registry.Logger(log.New(io.Discard, "", 0))

// commit is a revision that has the form of one.
var commit = strings.Repeat("a", 40)

// builtRelease builds all platforms, and returns the directory and the digest.
func builtRelease(t *testing.T) (dist, digest string) {
	t.Helper()
	dist = filepath.Join(t.TempDir(), "dist")
	expect(t, 0, "linux/s390x", "build", "--dist", dist, "--version", "1.2.3", "--revision", commit)
	content, err := os.ReadFile(filepath.Join(dist, "DIGEST"))
	if err != nil {
		t.Fatal(err)
	}
	return dist, strings.TrimSpace(string(content))
}

// write puts an image or index in its place in a registry.
func write(t *testing.T, place string, item remote.Taggable) {
	t.Helper()
	reference, err := name.ParseReference(place)
	if err == nil {
		err = remote.Push(reference, item)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func randomImage(t *testing.T) v1.Image {
	t.Helper()
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func TestPushMirrorAndVerifyCompose(t *testing.T) {
	dist, digest := builtRelease(t)
	for _, support := range []bool{true, false} {
		host := serve(t, registry.New(quiet, registry.WithReferrersSupport(support)))
		target := serve(t, registry.New(quiet, registry.WithReferrersSupport(!support)))
		expect(t, 0, "latest  tagged", "push", "--dist", dist, host+"/a")
		signature := strings.Replace(digest, ":", "-", 1) + ".sig"
		write(t, host+"/a/pause:"+signature, randomImage(t))
		expect(t, 0, "1.2.3  tagged", "mirror", host+"/a/pause:1.2.3", target+"/b")
		expect(t, 0, "ok        SBOM and provenance", "verify", "--no-rebuild", target+"/b/pause:1.2.3")
		reference, err := name.ParseReference(target + "/b/pause:" + signature)
		if err == nil {
			_, err = remote.Head(reference)
		}
		if err != nil {
			t.Errorf("the signature was not copied: %v", err)
		}
	}
}

// Another tool copies the image alone.
func TestCopyWithoutItsAttestationsIsNotAccused(t *testing.T) {
	dist, _ := builtRelease(t)
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	expect(t, 0, "tagged", "push", "--dist", dist, host+"/a")
	from, err := name.ParseReference(host + "/a/pause:1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	index, err := remote.Index(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, host+"/b/pause:1.2.3", index)
	expect(t, 1, "could not be checked", "verify", "--no-rebuild", host+"/b/pause:1.2.3")
}

func TestReleaseThatNamesNoCommitIsRefusedUnlessForced(t *testing.T) {
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	for _, revision := range []string{"", commit + "-dirty", "abcdef"} {
		dist := filepath.Join(t.TempDir(), "dist")
		expect(t, 0, "linux/amd64", "build", "--dist", dist, "--version", "1.2.3", "--platform", "linux/amd64", "--revision", revision)
		expect(t, 3, "FORCE=1", "push", "--dist", dist, host+"/a")
		expect(t, 3, "as 1.2.4: a release without a commit", "push", "--dist", dist, "--tag", "trial,1.2.4", host+"/a")
		expect(t, 0, "trial"+revision+"  tagged", "push", "--dist", dist, "--tag", "trial"+revision, host+"/a")
	}
	dist := filepath.Join(t.TempDir(), "dist")
	expect(t, 0, "linux/amd64", "build", "--dist", dist, "--version", "1.2.3", "--platform", "linux/amd64")
	expect(t, 0, "latest  tagged", "push", "--dist", dist, "--force", host+"/a")
}

func TestWindowsImagesOfAnotherIndexAreAdded(t *testing.T) {
	dist, digest := builtRelease(t)
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	upstream := v1.ImageIndex(empty.Index)
	for _, version := range []string{"10.0.17763.6532", "10.0.20348.2849"} {
		upstream = mutate.AppendManifests(upstream, mutate.IndexAddendum{Add: randomImage(t),
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "windows", Architecture: "amd64", OSVersion: version}}})
	}
	write(t, host+"/k8s/pause:3.10", upstream)
	write(t, host+"/k8s/linux:1", mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: randomImage(t)}))
	write(t, host+"/k8s/one:1", randomImage(t))

	expect(t, 0, "latest  tagged", "push", "--dist", dist, "--windows-from", host+"/k8s/pause:3.10", host+"/a")
	expect(t, 0, "skipped   Windows images: 2 of another project", "verify", "--no-rebuild", host+"/a/pause:1.2.3")
	expect(t, 0, "skipped   the tag", "verify", "--no-rebuild", host+"/a/pause@"+digest)
	expect(t, 0, "1.2.3  tagged", "mirror", host+"/a/pause@"+digest, "--tag", "1.2.3", host+"/b", "--windows-from", host+"/k8s/pause:3.10")
	expect(t, 0, "ok        SBOM and provenance", "verify", "--no-rebuild", host+"/b/pause:1.2.3")
	for source, want := range map[string]string{
		host + "/k8s/linux:1": "no Windows images added: it lists none", host + "/k8s/one:1": "it is one image and no index",
	} {
		expect(t, 1, want, "push", "--dist", dist, "--windows-from", source, "--tag", "refused", host+"/a")
	}
	expect(t, 2, "--windows-from", "push", "--dist", dist, "--windows-from", "no such:name", host+"/a")
	expect(t, 1, "no Windows images added: the index lists 2", "mirror", host+"/a/pause:1.2.3", host+"/c", "--windows-from", host+"/k8s/pause:3.10")
}

func TestErrorsAreForPeople(t *testing.T) {
	host := serve(t, registry.New(quiet))
	write(t, host+"/k8s/one:1", randomImage(t))
	hostile := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"errors": [{"code": "DENIED", "message": "\u001b[31m\n::error::no"}]}`, http.StatusForbidden)
	}))
	expect(t, 2, "is one image, not the index of a release", "verify", host+"/k8s/one:1")
	expect(t, 2, "no/such/file", "push", "--ca", "no/such/file", host)
	expect(t, 2, `did you mean push?`, "psh", host)
	expect(t, 2, "unknown flag: --no-such; see pause-image push --help", "push", "--no-such")
	expect(t, 4, `\x1b[31m ::error::no`, "mirror", hostile+"/a", host)
}
