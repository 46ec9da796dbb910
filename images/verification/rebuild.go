package verification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/bundle"
)

// rebuild builds the revision that the image names, and compares all that is
// published of it. The toolchain is that of its provenance; where
// provenances differ in that, one has to fit.
func (p *Image) rebuild(ctx context.Context, contents map[attestation.Kind][][]byte) error {
	if !p.claim.HasCommit() {
		return refute("the image names no commit as its revision, but %q", p.claim.Revision)
	}
	var toolchains []string
	for _, provenance := range contents[attestation.Provenance] {
		if toolchain := attestation.GoVersion(provenance); toolchain != "" && !slices.Contains(toolchains, toolchain) {
			toolchains = append(toolchains, toolchain)
		}
	}
	if toolchains == nil {
		toolchains = []string{""}
	}
	var failures []error
	for _, toolchain := range toolchains {
		err := p.rebuildWith(ctx, toolchain, contents)
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

func (p *Image) rebuildWith(ctx context.Context, toolchain string, contents map[attestation.Kind][][]byte) error {
	dir, err := os.MkdirTemp("", "rebuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := checkOut(ctx, p.claim.Revision, dir); err != nil {
		return err
	}
	if err := p.build(ctx, dir, toolchain); err != nil {
		return err
	}
	result, err := bundle.Open(ctx, filepath.Join(dir, "dist"))
	if err != nil {
		return err
	}
	digest, err := result.Index.Digest()
	if err != nil {
		return err
	}
	if digest != p.own {
		return refute("it builds %s, not %s", digest, p.own)
	}
	var violations []error
	for kind, attachments := range contents {
		again, err := os.ReadFile(filepath.Join(dir, "dist", kind.FileName))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(attachments, func(content []byte) bool { return bytes.Equal(content, again) }) {
			violations = append(violations, refute("it makes another %s", kind.FileName))
		}
	}
	return errors.Join(violations...)
}

// checkOut writes the files of the revision to dir.
func checkOut(ctx context.Context, revision, dir string) error {
	const advice = "run this in a clone of the repository that holds the revision (git fetch --tags), or with --no-rebuild"
	// Below the top of the work tree, git archive takes the part that is there.
	up, err := run(ctx, exec.CommandContext(ctx, "git", "rev-parse", "--show-cdup"), advice)
	if err != nil {
		return err
	}
	archive := filepath.Join(dir, "revision.tar")
	if _, err := run(ctx, exec.CommandContext(ctx, "git", "-C", "./"+up, "archive", "--output="+archive, revision), advice); err != nil {
		return err
	}
	_, err = run(ctx, exec.CommandContext(ctx, "tar", "--extract", "--file="+archive, "--directory="+dir), "see that tar is installed and "+dir+" has room")
	return err
}

// build runs the revision's own build.
func (p *Image) build(ctx context.Context, dir, goVersion string) error {
	var platforms []string
	for _, entry := range p.manifest.Manifests {
		platforms = append(platforms, entry.Platform.String())
	}
	args := []string{"run", "./images/cmd/pause-image", "build", "--dist=dist",
		"--version=" + p.claim.Version, "--revision=" + p.claim.Revision, "--platform=" + strings.Join(platforms, ",")}
	if product := p.claim.ProductOrPause(); product != images.Pause {
		args = append(args, "--product="+product.Name)
	}
	build := exec.CommandContext(ctx, "go", args...)
	build.Dir = dir
	build.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.claim.Created.Unix()))
	if goVersion != "" {
		build.Env = append(build.Env, "GOTOOLCHAIN="+goVersion)
	}
	// Only go itself is killed with the context: what it runs may hold the output.
	build.WaitDelay = time.Second
	_, err := run(ctx, build, "see that Go is installed and gets at its toolchains and modules (GOPROXY), or run this with --no-rebuild")
	return err
}

// run returns what the command prints, and an error of one line.
func run(ctx context.Context, command *exec.Cmd, advice string) (string, error) {
	output, err := command.CombinedOutput()
	text := strings.Join(strings.Fields(string(output)), " ")
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s: interrupted: %w; repeat it", command, ctx.Err())
	case err != nil:
		return "", fmt.Errorf("%s: %s; %s", command, strings.TrimSuffix(err.Error()+": "+text, ": "), advice)
	}
	return text, nil
}
