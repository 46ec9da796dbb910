package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

func TestVerifyTellsRefutedImagesFromThoseItCannotCheck(t *testing.T) {
	clone := t.TempDir()
	git(t, clone, "init", "--quiet")
	git(t, clone, "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--allow-empty", "--message=none")
	dist := filepath.Join(clone, "dist")
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	expect(t, 0, "linux/s390x", "build", "--dist", dist, "--version", "1.2.3", "--revision", git(t, clone, "rev-parse", "HEAD"))
	expect(t, 0, "tagged", "push", "--dist", dist, host)

	expect(t, 0, `skipped   the tag is that of version "1.2.3"`, "verify", "--no-rebuild", host+"/pause")
	expect(t, 0, `ok        the tag is that of version "1.2.3"`, "verify", "--no-rebuild", host+"/pause:1.2.3")
	expect(t, 0, "tagged", "push", "--dist", dist, "--tag", "v1.2.3,9.9.9", host)
	expect(t, 0, `ok        the tag`, "verify", "--no-rebuild", host+"/pause:v1.2.3")
	expect(t, 6, "the tag is 9.9.9", "verify", "--no-rebuild", host+"/pause:9.9.9")
	digest, err := os.ReadFile(filepath.Join(dist, "DIGEST"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, 6, "the tag is 9.9.9", "verify", "--no-rebuild", host+"/pause:9.9.9@"+strings.TrimSpace(string(digest)))

	tools := t.TempDir()
	const interrupts = "#!/bin/sh\nkill -INT $PPID\nexec tail -f /dev/null\n"
	if err := os.WriteFile(filepath.Join(tools, "go"), []byte(interrupts), 0o755); err != nil {
		t.Fatal(err)
	}
	for want, dir := range map[string]string{"run this in a clone": t.TempDir(), "interrupted": clone} {
		verify := pauseImage(t, dir, "verify", host+"/pause:1.2.3")
		verify.Env = append(verify.Env, "PATH="+tools+":"+os.Getenv("PATH"))
		text, err := verify.CombinedOutput()
		if verify.ProcessState.ExitCode() != 1 || strings.Contains(string(text), "FAILED") ||
			!strings.Contains(string(text), want) || !strings.Contains(string(text), "could not be checked") {
			t.Errorf("%v, want exit status 1 and %q:\n%s", err, want, text)
		}
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	text, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, text)
	}
	return strings.TrimSpace(string(text))
}
