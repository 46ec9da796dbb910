// Package credentials reads what docker login and podman login keep.
package credentials

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images/internal/file"
)

// maxFile is the size, in bytes, of the largest file of credentials that is read.
const maxFile = 4 << 20

// Keychain is an authn.Keychain of all files that Files names. The library's own
// reads one file only, and not the file that podman writes where XDG_RUNTIME_DIR is
// not set (containers-auth.json(5)).
type Keychain struct{}

// Resolve returns the credentials of the first file that has some for the
// repository, or else authn.Anonymous. Its error names a file that cannot be read.
func (Keychain) Resolve(repository authn.Resource) (authn.Authenticator, error) {
	for _, path := range Files() {
		login, err := lookUp(path, repository)
		if err != nil {
			return nil, fmt.Errorf("credentials in %s: %w; correct the file, or log in again", path, err)
		}
		if login != (types.AuthConfig{}) {
			return authn.FromConfig(authn.AuthConfig{
				Username: login.Username, Password: login.Password, Auth: login.Auth,
				IdentityToken: login.IdentityToken, RegistryToken: login.RegistryToken,
			}), nil
		}
	}
	return authn.Anonymous, nil
}

// Files are the files of credentials in the order in which they count: the file that
// REGISTRY_AUTH_FILE names, docker's, and the two of podman. They need not exist.
func Files() []string {
	var files []string
	if explicit := os.Getenv("REGISTRY_AUTH_FILE"); explicit != "" {
		files = append(files, explicit)
	}
	home, _ := os.UserHomeDir()
	user := filepath.Join("/run/containers", strconv.Itoa(os.Geteuid()))
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); runtime != "" {
		user = filepath.Join(runtime, "containers")
	}
	return append(files,
		filepath.Join(directory("DOCKER_CONFIG", filepath.Join(home, ".docker")), "config.json"),
		filepath.Join(user, "auth.json"),
		filepath.Join(directory("XDG_CONFIG_HOME", filepath.Join(home, ".config")), "containers", "auth.json"))
}

func directory(variable, otherwise string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return otherwise
}

// lookUp returns no login where the file is not there or has none.
func lookUp(path string, repository authn.Resource) (types.AuthConfig, error) {
	var none types.AuthConfig
	content, err := file.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(content)) == 0 {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	logins, err := config.LoadFromReader(bytes.NewReader(content))
	if err != nil {
		return none, err
	}
	// The library takes a login to a part of a registry for one to all of it, and
	// does not know docker.io.
	exact := maps.Clone(logins.AuthConfigs)
	maps.DeleteFunc(logins.AuthConfigs, func(key string, _ types.AuthConfig) bool {
		return strings.Contains(key, "/") && !strings.Contains(key, "://")
	})
	for _, key := range keys(repository) {
		login := exact[key]
		login.ServerAddress = "" // It repeats the key, whether there is a login or not.
		if login == none {
			if login, err = logins.GetAuthConfig(key); err != nil {
				return none, err
			}
			login.ServerAddress = ""
		}
		if login != none {
			return login, nil
		}
	}
	return none, nil
}

// keys are the names that a login for the repository may have, the most specific
// first: podman logs in to a part of a registry, too. The Docker Hub has a name for
// each of the two commands.
func keys(repository authn.Resource) []string {
	var keys []string
	registry := repository.RegistryStr()
	for key := repository.String(); key != registry && strings.Contains(key, "/"); key = key[:strings.LastIndex(key, "/")] {
		keys = append(keys, key)
	}
	if registry == name.DefaultRegistry {
		return append(keys, authn.DefaultAuthKey, "docker.io")
	}
	return append(keys, registry)
}
