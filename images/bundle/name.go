package bundle

import (
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// NameKey is the annotation that names an entry of an OCI layout.
const NameKey = "org.opencontainers.image.ref.name"

// FullName is the tag as containerd and docker store it: always with its
// registry, which is docker.io for the Docker Hub.
func FullName(tag name.Tag) string {
	if path, ok := strings.CutPrefix(tag.Name(), name.DefaultRegistry+"/"); ok {
		return "docker.io/" + path
	}
	return tag.Name()
}

// annotations give an image in an OCI layout the name under which it is imported.
// containerd prefers an annotation of its own; podman and skopeo know only that of
// the specification. Without them an import is named import-DATE.
func annotations(tag name.Tag) map[string]string {
	return map[string]string{
		"io.containerd.image.name": FullName(tag),
		NameKey:                    FullName(tag),
	}
}
