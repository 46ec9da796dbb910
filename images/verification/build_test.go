package verification_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/pause/freestanding"
)

func noChange([]byte) {}

// build commits the module to a git repository of its own, which becomes the
// working directory, and builds that commit with a change to its programs.
func build(t *testing.T, change func(program []byte)) *bundle.Publication {
	t.Helper()
	revision := commit(t)
	release := images.Release{Version: "1.2.3", Revision: revision, Created: time.Unix(1700000000, 0)}
	var programs []freestanding.Program
	for _, platform := range freestanding.Platforms {
		program, err := freestanding.Builder{Version: release.Version}.Build(t.Context(), platform)
		if err != nil {
			t.Fatal(err)
		}
		change(program.Bytes)
		programs = append(programs, program)
	}
	publication, err := bundle.New(name.MustParseReference("pause:1.2.3").(name.Tag), release, programs)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dist")
	if err := publication.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	readBack, err := bundle.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return readBack
}

func commit(t *testing.T) string {
	t.Helper()
	module, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	output(t, "cp", "--recursive", module+"/go.mod", module+"/go.sum", module+"/pause", module+"/images", ".")
	output(t, "git", "init", "--quiet")
	output(t, "git", "add", ".")
	output(t, "git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message=all")
	return output(t, "git", "rev-parse", "HEAD")
}

func output(t *testing.T, tool string, args ...string) string {
	t.Helper()
	command := exec.Command(tool, args...)
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, text)
	}
	return strings.TrimSpace(string(text))
}
