package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/podsandbox/pause/images/tarfile"
)

// ImageArchive returns the archive of the image of one platform. It is an OCI
// layout, which containerd, podman and skopeo read, with the manifest.json of
// docker save. The same bytes come from the same image and tag.
func ImageArchive(tag name.Tag, image v1.Image) ([]byte, error) {
	layout, err := imageLayout(tag, image)
	if err == nil {
		layout["manifest.json"], err = dockerManifest(tag, image)
	}
	return archive(tag, layout, err)
}

// IndexArchive returns the archive of all platforms of an index. Engines that
// read only docker save's format refuse it: they know no index.
func IndexArchive(tag name.Tag, index v1.ImageIndex) ([]byte, error) {
	layout, err := indexLayout(tag, index)
	return archive(tag, layout, err)
}

func archive(tag name.Tag, layout files, err error) ([]byte, error) {
	var content []tarfile.File
	for _, path := range slices.Sorted(maps.Keys(layout)) {
		content = append(content, tarfile.File{Name: path, Mode: 0o644, Time: time.Unix(0, 0), Content: layout[path]})
	}
	var buffer bytes.Buffer
	if err == nil {
		err = tarfile.Write(&buffer, content)
	}
	if err != nil {
		return nil, fmt.Errorf("archive of %s: %w", FullName(tag), err)
	}
	return buffer.Bytes(), nil
}

func dockerManifest(tag name.Tag, image v1.Image) ([]byte, error) {
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	entry := tarball.Descriptor{Config: blob(manifest.Config.Digest), RepoTags: []string{FullName(tag)}}
	for _, layer := range manifest.Layers {
		entry.Layers = append(entry.Layers, blob(layer.Digest))
	}
	return json.Marshal(tarball.Manifest{entry})
}
