package image

import (
	"regexp"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// attestationKey marks the manifests that buildx adds to an index for
	// provenance and bills of materials.
	attestationKey = "vnd.docker.reference.type"

	// cosignKey marks what cosign save writes to a layout, images included.
	cosignKey    = "kind"
	cosignPrefix = "dev.cosignproject.cosign/"
)

// cosignImages are the values of cosignKey that mark images, see pkg/oci/layout of
// github.com/sigstore/cosign.
var cosignImages = map[string]bool{cosignPrefix + "image": true, cosignPrefix + "imageIndex": true}

// fallbackTag is the name of signatures and of lists of referrers where a registry has
// no API for them, see the OCI distribution specification and cosign's tags.
var fallbackTag = regexp.MustCompile(`(^|:)sha256-[0-9a-f]{64}(\.\w+)?$`)

// isAttachment tells from a descriptor that its manifest is something about an image.
func isAttachment(descriptor v1.Descriptor) bool {
	for _, name := range namesOf(descriptor) {
		if fallbackTag.MatchString(name) {
			return true
		}
	}
	kind := descriptor.Annotations[cosignKey]
	// go-containerregistry says of an image in an index that it is an artifact, of
	// the type of its configuration.
	artifact := descriptor.ArtifactType != "" && !isConfig(types.MediaType(descriptor.ArtifactType))
	return descriptor.Annotations[attestationKey] != "" || artifact ||
		strings.HasPrefix(kind, cosignPrefix) && !cosignImages[kind] ||
		descriptor.Platform != nil && Same(*descriptor.Platform, v1.Platform{OS: "unknown", Architecture: "unknown"})
}

// isContainerImage tells from a manifest that it is of an image that a container can
// be made of. A signature of cosign has the configuration of an image, and a layer
// that is none.
func isContainerImage(manifest *v1.Manifest) bool {
	if !isConfig(manifest.Config.MediaType) {
		return false
	}
	for _, layer := range manifest.Layers {
		if isLayer(layer.MediaType) {
			return true
		}
	}
	return len(manifest.Layers) == 0
}

func isConfig(mediaType types.MediaType) bool {
	return mediaType == types.OCIConfigJSON || mediaType == types.DockerConfigJSON
}

// isLayer takes compressions and encryptions of a layer that are unknown to the
// library as well: a judge says what they are worth.
func isLayer(mediaType types.MediaType) bool {
	return mediaType.IsLayer() || strings.HasPrefix(string(mediaType), "application/vnd.oci.image.layer.") ||
		strings.HasPrefix(string(mediaType), "application/vnd.docker.image.rootfs.")
}
