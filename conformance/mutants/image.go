package mutants

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/tarfile"
	"github.com/podsandbox/pause/pause/freestanding"
)

// File is a file of an image. Its type is that of a tar header, and a regular
// file's unless set; its mode holds setuid and setgid bits as a tar header's does.
type File struct {
	Path    string
	Type    byte
	Mode    int64
	Content []byte

	// Program tells that its content is the pause program.
	Program bool

	// Capabilities are the value of security.capability.
	Capabilities string
}

// Write writes the mutant for the platform as an OCI layout: an index of it and
// of the right image for the other platform.
func (m Mutant) Write(ctx context.Context, directory string, platform freestanding.Platform) error {
	wrong, err := m.image(ctx, platform)
	if err != nil {
		return fmt.Errorf("mutant %s: %w", m.Name, err)
	}
	entries := []mutate.IndexAddendum{entryOf(wrong, platform)}
	for _, other := range freestanding.Platforms[:2] {
		if other == platform {
			continue
		}
		right, err := rightImage(ctx, other)
		if err != nil {
			return err
		}
		entries = append(entries, entryOf(right, other))
	}
	if m.Reindex != nil {
		entries = m.Reindex(entries)
	}
	index := mutate.IndexMediaType(mutate.AppendManifests(empty.Index, entries...), types.OCIImageIndex)
	_, err = layout.Write(directory, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: index}))
	return err
}

// rightImages has a right image for each platform that one was built for.
var rightImages sync.Map

func rightImage(ctx context.Context, platform freestanding.Platform) (v1.Image, error) {
	if image, exists := rightImages.Load(platform); exists {
		return image.(v1.Image), nil
	}
	image, err := Mutant{}.image(ctx, platform)
	if err == nil {
		rightImages.Store(platform, image)
	}
	return image, err
}

func entryOf(image v1.Image, platform freestanding.Platform) mutate.IndexAddendum {
	return mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
	}}}
}

func (m Mutant) image(ctx context.Context, platform freestanding.Platform) (v1.Image, error) {
	program, err := Build(ctx, m.Edits, platform)
	if err != nil {
		return nil, err
	}
	if m.Program != nil {
		if program.Bytes, err = m.Program(ctx, platform); err != nil {
			return nil, err
		}
	}
	if m.Rewrite != nil {
		if program.Bytes, err = m.Rewrite(program.Bytes); err != nil {
			return nil, err
		}
	}
	image, err := images.Image(images.Release{Version: "mutant", Created: time.Unix(0, 0)}, program)
	if err != nil {
		return nil, err
	}
	if len(m.Files) > 0 {
		files, err := layer(m.Files, program.Bytes)
		if err != nil {
			return nil, err
		}
		mediaType := types.OCIUncompressedLayer
		diffID, _, err := v1.SHA256(bytes.NewReader(files))
		if err != nil {
			return nil, err
		}
		if m.Zstd {
			if files, err = compress(files); err != nil {
				return nil, err
			}
			mediaType = types.OCILayerZStd
		}
		if image, err = mutate.AppendLayers(image, keptLayer{static.NewLayer(files, mediaType), diffID}); err != nil {
			return nil, err
		}
	}
	if m.Configure == nil {
		return image, nil
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	m.Configure(config)
	return mutate.ConfigFile(image, config)
}

// keptLayer is a layer as it is kept, with the digest of its archive.
type keptLayer struct {
	v1.Layer
	diffID v1.Hash
}

func (l keptLayer) DiffID() (v1.Hash, error) { return l.diffID, nil }

func compress(archive []byte) ([]byte, error) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	return encoder.EncodeAll(archive, nil), encoder.Close()
}

func layer(files []File, program []byte) ([]byte, error) {
	var entries []tarfile.File
	for _, file := range files {
		if file.Program {
			file.Content = program
		}
		entries = append(entries, tarfile.File{
			Name: file.Path, Type: file.Type, Mode: file.Mode, Content: file.Content, Capabilities: file.Capabilities,
		})
	}
	var archive bytes.Buffer
	err := tarfile.Write(&archive, entries)
	return archive.Bytes(), err
}
