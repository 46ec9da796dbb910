// Package dist writes what one build publishes into a directory: the OCI layout
// of all platforms, archives for nodes without a registry, the programs,
// attestations, and checksums of them all.
package dist

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/archive"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/pause/freestanding"
)

// Dist is one build of the image under one name.
type Dist struct {
	// Tag is the name in every archive; its tag is the version.
	Tag name.Tag

	attestation.Subject
}

// New builds the images of the programs. Its error names every image that
// cannot be published.
func New(tag name.Tag, release images.Release, programs []freestanding.Program) (*Dist, error) {
	index, err := images.Index(release, programs)
	if err != nil {
		return nil, err
	}
	return &Dist{tag, attestation.Subject{Release: release, Programs: programs, Index: index}}, nil
}

// Write replaces in dir what an older build wrote there, once all of this one
// is complete, and touches nothing else in dir.
func (d *Dist) Write(dir string) error {
	if err := d.write(dir); err != nil {
		return fmt.Errorf("write %s: %w", dir, err)
	}
	return nil
}

func (d *Dist) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(dir, ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	for _, fill := range []func(string) error{d.writeLayout, d.writePrograms, d.writeArchives, d.attest, writeChecksums} {
		if err := fill(staging); err != nil {
			return err
		}
	}
	return place(staging, dir)
}

func (d *Dist) writeLayout(dir string) error {
	path, err := layout.Write(filepath.Join(dir, "oci"), empty.Index)
	if err != nil {
		return err
	}
	if err := path.AppendIndex(d.Index, archive.Named(d.Tag)); err != nil {
		return err
	}
	digest, err := d.Index.Digest()
	if err != nil {
		return err
	}
	// Signing and attesting tools are given the digest of the index.
	return os.WriteFile(filepath.Join(dir, "DIGEST"), []byte(digest.String()+"\n"), 0o644)
}

func (d *Dist) attest(dir string) error {
	for _, kind := range attestation.Kinds {
		content, err := kind.Attest(d.Subject)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, kind.FileName), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dist) writePrograms(dir string) error {
	for _, program := range d.Programs {
		file := "pause-" + program.Platform.FileName()
		if err := writeFile(filepath.Join(dir, "bin", file), program.Trimmed); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, "debug", file), program.Linked); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, program []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, program, 0o755)
}
