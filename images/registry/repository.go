package registry

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Repository returns where an image that is named base goes in a registry:
// registry/base, or registry itself when it ends in base already. The error says what
// no registry has in its name.
func Repository(registry, base string) (name.Repository, error) {
	if scheme, _, isURL := strings.Cut(registry, "://"); isURL {
		return name.Repository{}, fmt.Errorf("leave out %s://, which is no part of a repository's name", scheme)
	}
	registry = strings.TrimRight(registry, "/")
	if clean := path.Clean(registry); registry != "" && clean != registry {
		return name.Repository{}, fmt.Errorf("write it as %s", clean)
	}
	if path.Base(registry) != base {
		registry += "/" + base
	}
	return name.NewRepository(registry, name.StrictValidation)
}
