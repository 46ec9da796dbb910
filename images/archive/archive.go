// Package archive writes images as files that nodes import without a registry.
// An archive is an OCI layout, which containerd, podman and skopeo read, and the
// archive of one platform has the manifest.json of docker save as well.
package archive

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// WriteImage writes the archive of the image of one platform to w. The same
// bytes come from the same image and tag.
func WriteImage(w io.Writer, tag name.Tag, image v1.Image) error {
	return write(w, tag, func(path layout.Path) error {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		err = path.AppendImage(image, Named(tag), layout.WithPlatform(*config.Platform()))
		if err != nil {
			return err
		}
		return appendDockerManifest(path, tag, image)
	})
}

// WriteIndex writes the archive of all platforms of an index to w. Engines that
// read only docker save's format refuse it: they know no index.
func WriteIndex(w io.Writer, tag name.Tag, index v1.ImageIndex) error {
	return write(w, tag, func(path layout.Path) error {
		return path.AppendIndex(index, Named(tag))
	})
}

func write(w io.Writer, tag name.Tag, fill func(layout.Path) error) error {
	dir, err := os.MkdirTemp("", "archive-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	if err := fill(path); err != nil {
		return fmt.Errorf("archive of %s: %w", FullName(tag), err)
	}
	return writeTar(w, os.DirFS(dir))
}

func appendDockerManifest(path layout.Path, tag name.Tag, image v1.Image) error {
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	entry := tarball.Descriptor{Config: blob(manifest.Config.Digest), RepoTags: []string{FullName(tag)}}
	for _, layer := range manifest.Layers {
		entry.Layers = append(entry.Layers, blob(layer.Digest))
	}
	content, err := json.Marshal(tarball.Manifest{entry})
	if err != nil {
		return err
	}
	return path.WriteFile("manifest.json", content, 0o644)
}

func blob(digest v1.Hash) string {
	return "blobs/" + digest.Algorithm + "/" + digest.Hex
}
