package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// expect runs the command, and fails the test unless it exits with the code
// after printing the expected text, and one line of errors at most.
func expect(t *testing.T, code int, want string, args ...string) {
	t.Helper()
	command := pauseImage(t, "", args...)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if command.ProcessState.ExitCode() != code || strings.Count(stderr.String(), "\n") > 1 || !strings.Contains(stdout.String()+stderr.String(), want) {
		t.Errorf("%q: %v, want exit status %d and %q:\n%s%s", args, err, code, want, &stdout, &stderr)
	}
}

func TestTellsWhereAnImageGoes(t *testing.T) {
	expect(t, 0, "127.0.0.1:5000/team/sandbox\n", "repository", "127.0.0.1:5000/team", "registry.k8s.io/sandbox")
	expect(t, 0, "127.0.0.1:5000/team/sandbox\n", "repository", "127.0.0.1:5000/team/sandbox/", "registry.k8s.io/sandbox")
	expect(t, 2, "REGISTRY", "repository", "no registry", "sandbox")
	expect(t, 2, "leave out https://", "repository", "https://127.0.0.1:5000/team", "sandbox")
	expect(t, 2, "write it as 127.0.0.1:5000/b", "repository", "127.0.0.1:5000/a/../b", "sandbox")
}

func TestPublishingHasAnExitCodeForEachOutcome(t *testing.T) {
	dir := t.TempDir()
	older, newer := filepath.Join(dir, "older"), filepath.Join(dir, "newer")
	for dist, digit := range map[string]string{older: "a", newer: "b"} {
		expect(t, 0, "linux/amd64", "build", "--dist", dist, "--version", "1.2.3", "--platform", "linux/amd64", "--revision", strings.Repeat(digit, 40))
	}
	host := serve(t, registry.New(quiet, registry.WithReferrersSupport(true)))
	refuses := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))

	expect(t, 0, host+"/a/pause:latest  tagged", "push", "--dist", older, host+"/a")
	expect(t, 0, host+"/a/pause:1.2  unchanged", "push", host+"/a/pause", "--dist", older)
	expect(t, 0, host+"/a/pause:1.2  unchanged", "push", host+"/a/", "--dist", older)
	expect(t, 0, host+"/a/pause:1.2  unchanged", "push", host+"/a/pause/", "--dist", older)
	expect(t, 0, host+"/a/pause:test  tagged", "push", "--dist", newer, "--tag", "test", host+"/a")
	expect(t, 1, "run make", "push", "--dist", filepath.Join(dir, "none"), host)
	expect(t, 2, "push: REGISTRY is missing", "push", "--dist", older)
	expect(t, 2, `--tag "a/b": want letters`, "push", "--dist", older, "--tag", "a/b", host)
	expect(t, 2, `--tag "": want letters`, "push", "--dist", older, "--tag", "a,", host)
	expect(t, 2, "REGISTRY", "push", "--dist", older, "http://"+host)
	expect(t, 3, "--force", "push", "--dist", newer, host+"/a")
	expect(t, 0, host+"/a/pause:latest  tagged", "push", "--dist", newer, "--force", host+"/a")
	expect(t, 4, "docker login", "push", "--dist", older, refuses)
	expect(t, 5, "check the name", "push", "--dist", older, "registry.invalid/a")

	expect(t, 2, "leave one of them out", "push", "--untagged", "--tag=x", "--dist", older, host+"/c")
	expect(t, 0, host+"/c/pause@sha256:", "push", "--untagged", "--dist", older, host+"/c")
	expect(t, 1, "404 Not Found", "verify", "--no-rebuild", host+"/c/pause:1.2.3")
	expect(t, 0, host+"/c/pause:latest  tagged", "push", "--dist", older, host+"/c")

	expect(t, 0, host+"/b/pause:1.2.3  tagged", "mirror", host+"/a/pause:1.2.3", host+"/b")
	expect(t, 1, "404 Not Found", "mirror", host+"/a/pause:none", host+"/b")
	expect(t, 2, "FROM", "mirror", "no such:name", host+"/b")

	expect(t, 6, "no image for linux/s390x", "verify", "--no-rebuild", host+"/a/pause:1.2.3")
	expect(t, 1, "404 Not Found", "verify", host+"/a/pause:none")
}
