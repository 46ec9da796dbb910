package verification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/dist"
)

var commitForm = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// rebuild builds the revision that the image names, with the toolchain that its
// provenance names, and compares all that is published of it.
func (p *Published) rebuild(ctx context.Context, attested map[attestation.Kind][]byte) error {
	if !commitForm.MatchString(p.claimed.Revision) {
		return fmt.Errorf("the image names no commit as its revision, but %q", p.claimed.Revision)
	}
	dir, err := os.MkdirTemp("", "rebuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := checkOut(ctx, p.claimed.Revision, dir); err != nil {
		return err
	}
	if err := p.build(ctx, dir, attestation.GoVersion(attested[attestation.Provenance])); err != nil {
		return err
	}
	built, err := dist.Open(filepath.Join(dir, "dist"))
	if err != nil {
		return err
	}
	digest, err := built.Index.Digest()
	if err != nil {
		return err
	}
	if digest.String() != p.Digest.DigestStr() {
		return fmt.Errorf("it builds %s, not %s", digest, p.Digest.DigestStr())
	}
	var violations []error
	for kind, content := range attested {
		again, err := os.ReadFile(filepath.Join(dir, "dist", kind.FileName))
		if kind.FileName != "" && (err != nil || !bytes.Equal(again, content)) {
			violations = append(violations, fmt.Errorf("it makes another %s", kind.FileName))
		}
	}
	return errors.Join(violations...)
}

// checkOut writes the files of the revision to dir.
func checkOut(ctx context.Context, revision, dir string) error {
	archive := filepath.Join(dir, "revision.tar")
	if err := run(exec.CommandContext(ctx, "git", "archive", "--output="+archive, revision)); err != nil {
		return fmt.Errorf("%w; run this in a clone of the repository that holds the revision (git fetch --tags), or with --no-rebuild", err)
	}
	return run(exec.CommandContext(ctx, "tar", "--extract", "--file="+archive, "--directory="+dir))
}

// build runs the revision's own build.
func (p *Published) build(ctx context.Context, dir, goVersion string) error {
	var platforms []string
	for _, listed := range p.manifest.Manifests {
		platforms = append(platforms, listed.Platform.String())
	}
	build := exec.CommandContext(ctx, "go", "run", "./images/cmd/pause-image", "build", "--dist=dist",
		"--version="+p.claimed.Version, "--revision="+p.claimed.Revision, "--platform="+strings.Join(platforms, ","))
	build.Dir = dir
	build.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.claimed.Created.Unix()))
	if goVersion != "" {
		build.Env = append(build.Env, "GOTOOLCHAIN="+goVersion)
	}
	return run(build)
}

func run(command *exec.Cmd) error {
	if printed, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, bytes.TrimSpace(printed))
	}
	return nil
}
