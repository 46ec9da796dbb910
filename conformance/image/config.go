package image

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	// maxManifest is the most that is read of an index, a manifest or a
	// configuration, in bytes: as much as registries take.
	maxManifest = 4 << 20

	// maxLayers is more than any engine stacks.
	maxLayers = 256
)

// checkSize goes by the declared size alone, where the reader checks the real one.
func checkSize(descriptor v1.Descriptor) error {
	if descriptor.Size < 0 || descriptor.Size > maxManifest {
		return fmt.Errorf("a size of %d bytes, at most %d are read", descriptor.Size, maxManifest)
	}
	return nil
}

func indexManifest(index v1.ImageIndex, digest v1.Hash) (*v1.IndexManifest, error) {
	raw, err := index.RawManifest()
	if err != nil {
		return nil, err
	}
	if err := checkDigest(raw, digest); err != nil {
		return nil, err
	}
	return index.IndexManifest()
}

// manifestOf returns the verified manifest of an image.
func manifestOf(image v1.Image, descriptor *v1.Descriptor) (*v1.Manifest, error) {
	raw, err := image.RawManifest()
	if err != nil {
		return nil, err
	}
	if descriptor != nil {
		if err := checkDigest(raw, descriptor.Digest); err != nil {
			return nil, err
		}
	}
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Layers) > maxLayers {
		return nil, fmt.Errorf("%d layers, at most %d are read", len(manifest.Layers), maxLayers)
	}
	return manifest, nil
}

// configOf returns the verified configuration of an image, after its manifest.
// It returns nil for a manifest of something that is no image.
func configOf(image v1.Image, descriptor *v1.Descriptor, check sizeCheck) (*v1.ConfigFile, error) {
	manifest, err := manifestOf(image, descriptor)
	if err != nil || !isContainerImage(manifest) {
		return nil, err
	}
	config, err := readConfig(image, manifest, check)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", manifest.Config.Digest, err)
	}
	return config, nil
}

func readConfig(image v1.Image, manifest *v1.Manifest, check sizeCheck) (*v1.ConfigFile, error) {
	if err := check(manifest.Config); err != nil {
		return nil, err
	}
	raw, err := image.RawConfigFile()
	if err != nil {
		return nil, err
	}
	if err := checkDigest(raw, manifest.Config.Digest); err != nil {
		return nil, err
	}
	var config v1.ConfigFile
	if err := json.Unmarshal(raw, &config); err != nil {
		return nil, err
	}
	return &config, nil
}

// checkDigest compares content with its digest, which an OCI layout's reader does not.
func checkDigest(content []byte, digest v1.Hash) error {
	hasher, err := v1.Hasher(digest.Algorithm)
	if err != nil {
		return err
	}
	hasher.Write(content)
	if got := hex.EncodeToString(hasher.Sum(nil)); got != digest.Hex {
		return fmt.Errorf("has the digest %s:%s, not %s", digest.Algorithm, got, digest)
	}
	return nil
}
