package makefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReleaseTakesItsNamesFromTagAndOwner(t *testing.T) {
	output, err := releaseEnvironment(t, "v1.2.3-rc.1", "PodSandbox")
	if want := "VERSION=1.2.3-rc.1\nREGISTRY=ghcr.io/podsandbox\nIMAGE_NAME=ghcr.io/podsandbox/pause\n"; err != nil || output != want {
		t.Errorf("%v, %q, want %q", err, output, want)
	}
}

func TestReleaseOfTheSuiteHasItsImage(t *testing.T) {
	t.Setenv("PRODUCT", "pause-conformance")
	if output, err := releaseEnvironment(t, "v1.2.3", "podsandbox"); err != nil || !strings.Contains(output, "IMAGE_NAME=ghcr.io/podsandbox/pause-conformance\n") {
		t.Errorf("%v, %q", err, output)
	}
}

func TestReleaseRefusesATagThatIsNoVersion(t *testing.T) {
	for _, tag := range []string{"", "v", "vanilla", "v1$(id)", "v1`id`", "v1;id", "v1\nPATH=/x", "v1 2", "v-1", "v1/2", "v1_2"} {
		if output, err := releaseEnvironment(t, tag, "podsandbox"); err == nil || output != "" {
			t.Errorf("tag %q: %v, %q, want an error alone", tag, err, output)
		}
	}
}

func TestReleaseIsJudgedOnlyOnceItsSignatureIsVerified(t *testing.T) {
	for refusal, stages := range map[string][]string{"": {"verify", "run"}, "cosign@v0": nil, "verify": nil} {
		sandbox := newSandbox(t)
		sandbox.must(os.Mkdir(filepath.Join(sandbox.dir, "dist"), 0o755))
		sandbox.must(os.WriteFile(filepath.Join(sandbox.dir, "dist", "STAGED"), []byte("name@sha256:0"), 0o644))
		calls, output := sandbox.run([]string{"check-staged", "COSIGN=cosign@v0", "VERSION=1.2.3"}, []string{refusalVariable + "=" + refusal})
		var done []string
		for _, call := range calls {
			if call.Command != "go" {
				done = append(done, call.Args[0])
			}
		}
		if !slices.Equal(done, stages) {
			t.Errorf("refused %q: %q follow, want %q: %s", refusal, done, stages, output)
		}
	}
}

func releaseEnvironment(t *testing.T, tag, owner string) (string, error) {
	command := exec.Command(filepath.Join(filepath.Dir(path(t)), ".ci/release-environment"))
	command.Env = append(command.Environ(), "GITHUB_REF_NAME="+tag, "GITHUB_REPOSITORY_OWNER="+owner)
	output, err := command.Output()
	return strings.ToValidUTF8(string(output), "?"), err
}
