package bundle_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/pause/freestanding"
)

func TestDockerLoadsTheArchiveUnderItsName(t *testing.T) {
	if text, err := exec.Command("docker", "version").CombinedOutput(); err != nil {
		t.Skipf("no engine: docker version: %v: %s", err, text)
	}
	for _, platform := range freestanding.Platforms[:2] {
		t.Run(platform.String(), func(t *testing.T) {
			reference := fmt.Sprintf("archive-test/pause:%d-%s", os.Getpid(), platform.FileName())
			tag := tagOf(t, reference)
			output(t, "docker", "load", "--input", imageFile(t, tag, image(t, platform)))
			t.Cleanup(func() { output(t, "docker", "rmi", "--force", reference) })
			got := output(t, "docker", "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", bundle.FullName(tag))
			if got != platform.String() {
				t.Errorf("%s is for %s, want %s", reference, got, platform)
			}
		})
	}
}

// output returns what the tool prints, without white space around it.
func output(t *testing.T, tool string, args ...string) string {
	t.Helper()
	command := exec.Command(tool, args...)
	var stderr strings.Builder
	command.Stderr = &stderr
	text, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, text, &stderr)
	}
	return strings.TrimSpace(string(text))
}
