// Package bundle writes what one build publishes into a directory: the OCI layout
// of all platforms, archives for nodes without a registry, the programs,
// attestations, and checksums of them all.
package bundle

import (
	"context"
	"fmt"
	"path"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/pause/freestanding"
)

// Bundle is one build of the image under one name.
type Bundle struct {
	// Tag is the name in every archive; its tag is the version.
	Tag name.Tag

	attestation.Build
}

// New builds the images of the programs. Its error names every image that
// cannot be published.
func New(tag name.Tag, release images.Release, programs []freestanding.Program) (*Bundle, error) {
	index, err := images.Index(release, programs)
	if err != nil {
		return nil, err
	}
	return &Bundle{tag, attestation.Build{Release: release, Programs: programs, Index: index}}, nil
}

// Write replaces in dir what an older build wrote there, once all of this one
// is complete, and touches nothing else in dir. It waits for another build that
// writes to dir, and removes the files of a build that was killed.
func (b *Bundle) Write(ctx context.Context, dir string) error {
	files, err := b.files()
	if err == nil {
		err = write(ctx, dir, files)
	}
	if err != nil {
		return fmt.Errorf("write the build to %s: %w", dir, err)
	}
	return nil
}

// files returns all files of the bundle by their paths.
func (b *Bundle) files() (files, error) {
	all := files{}
	for _, add := range []func(files) error{b.addLayout, b.addArchives, b.addAttestations} {
		if err := add(all); err != nil {
			return nil, err
		}
	}
	for _, program := range b.Programs {
		name := b.Release.ProductOrPause().Name + "-" + program.Platform.FileName()
		all[path.Join("bin", name)] = program.Bytes
		if program.LinkerOutput != nil {
			all[path.Join("debug", name)] = program.LinkerOutput
		}
	}
	all[checksums] = all.sum()
	return all, nil
}

func (b *Bundle) addLayout(all files) error {
	layout, err := indexLayout(b.Tag, b.Index)
	if err != nil {
		return err
	}
	for name, content := range layout {
		all[path.Join("oci", name)] = content
	}
	digest, err := b.Index.Digest()
	if err != nil {
		return err
	}
	// Signing and attesting tools are given the digest of the index.
	all["DIGEST"] = []byte(digest.String() + "\n")
	return nil
}

func (b *Bundle) addAttestations(all files) error {
	for _, kind := range attestation.Kinds {
		content, err := kind.Attest(b.Build)
		if err != nil {
			return err
		}
		all[kind.FileName] = content
	}
	return nil
}

func (b *Bundle) addArchives(all files) error {
	stem := path.Join("archives", b.Release.ProductOrPause().Name+"-"+b.Tag.TagStr())
	archive, err := IndexArchive(b.Tag, b.Index)
	if err != nil {
		return err
	}
	all[stem+".tar"] = archive
	return b.eachImage(func(program freestanding.Program, image v1.Image) error {
		archive, err := ImageArchive(b.Tag, image)
		all[stem+"-"+program.Platform.FileName()+".tar"] = archive
		return err
	})
}

// eachImage calls visit with every program and the image that holds it.
func (b *Bundle) eachImage(visit func(freestanding.Program, v1.Image) error) error {
	manifest, err := b.Index.IndexManifest()
	if err != nil {
		return err
	}
	for i, program := range b.Programs {
		image, err := b.Index.Image(manifest.Manifests[i].Digest)
		if err != nil {
			return err
		}
		if err := visit(program, image); err != nil {
			return err
		}
	}
	return nil
}
