// Package rehearsal publishes a release as the release workflow does, by the same
// targets of make, to a registry on loopback and signed with a key of its own.
package rehearsal

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const version = "0.0.0-rehearsal"

func TestReleaseIsSignedVerifiedAndJudgedBeforeItHasATag(t *testing.T) {
	needsRehearsal(t)
	for _, product := range []string{"pause", "pause-conformance"} {
		t.Run(product, func(t *testing.T) {
			registry := startRegistry(t)
			release := newRelease(t, registry, product)
			release.make("login")
			release.make("version", "stage")
			release.sign("cosign")
			if _, status := registry.digest(product, version); status != http.StatusNotFound {
				t.Fatalf("the tag %s is there before the release is checked: status %d", version, status)
			}
			release.make("check-staged")
			release.make("push")

			digest, status := registry.digest(product, version)
			if want := strings.TrimSpace(release.read("DIGEST")); status != http.StatusOK || digest != want {
				t.Errorf("the tag %s has the digest %q (status %d), want %q", version, digest, status, want)
			}
			release.make("verify", "REF="+registry.host+"/team/"+product+":"+version)
		})
	}
}

func TestFilesOfAReleaseHaveTheirChecksums(t *testing.T) {
	needsRehearsal(t)
	release := newRelease(t, registry{host: "registry.example"}, "pause")
	release.make("image", "release-files")
	release.checkFiles()
}

func TestReleaseOfAnotherSignerIsRefused(t *testing.T) {
	needsRehearsal(t)
	registry := startRegistry(t)
	release := newRelease(t, registry, "pause")
	release.make("login")
	release.make("stage")
	release.keys("another")
	for _, state := range []string{"unsigned", "signed by another key"} {
		if state != "unsigned" {
			release.sign("cosign")
		}
		release.setKey(filepath.Join(release.dir, "another.pub"))
		if output, err := release.try("check-staged"); err == nil || strings.Contains(output, "all platforms") {
			t.Errorf("an image that is %s is checked further: %v: %s", state, err, output)
		}
	}
}

func needsRehearsal(t *testing.T) {
	if os.Getenv("REHEARSAL") == "" {
		t.Skip("a rehearsal builds cosign and needs an engine: make rehearsal")
	}
	changes, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output()
	if err != nil || len(changes) > 0 {
		t.Fatalf("a release is of a commit, which is built again: commit or stash what has changed (%v): %s", err, changes)
	}
}
