package registry

import (
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Repository returns where an image that is named base goes in a registry:
// registry/base, or registry itself when it ends in base already.
func Repository(registry, base string) (name.Repository, error) {
	registry = strings.TrimRight(registry, "/")
	if path.Base(registry) != base {
		registry += "/" + base
	}
	return name.NewRepository(registry, name.StrictValidation)
}
