package credentials_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images/credentials"
)

// isolate points every variable to a directory of the test, and returns it.
func isolate(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(dir, "runtime"))
	for _, variable := range []string{"DOCKER_CONFIG", "XDG_CONFIG_HOME", "REGISTRY_AUTH_FILE"} {
		t.Setenv(variable, "")
	}
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func login(user string, keys ...string) string {
	var logins []string
	for _, key := range keys {
		auth := base64.StdEncoding.EncodeToString([]byte(user + ":secret"))
		logins = append(logins, fmt.Sprintf("%q: {\"auth\": %q}", key, auth))
	}
	return fmt.Sprintf(`{"auths": {%s}}`, strings.Join(logins, ", "))
}

// userOf returns whom the keychain knows at the repository.
func userOf(t *testing.T, repository string) string {
	t.Helper()
	resource, err := name.NewRepository(repository)
	if err != nil {
		t.Fatal(err)
	}
	authenticator, err := credentials.Keychain{}.Resolve(resource)
	if err != nil {
		t.Fatal(err)
	}
	config, err := authn.Authorization(t.Context(), authenticator)
	if err != nil {
		t.Fatal(err)
	}
	return config.Username
}

func TestEveryFileOfALoginCounts(t *testing.T) {
	dir := isolate(t)
	const registry = "registry.example"
	// A docker configuration without a login hides no other file.
	write(t, filepath.Join(dir, ".docker/config.json"), `{"currentContext": "default"}`)
	write(t, filepath.Join(dir, "empty"), "")
	if user := userOf(t, registry+"/pause"); user != "" {
		t.Errorf("user %q without a login", user)
	}
	// Each file counts more than the one before it.
	for _, path := range []string{".config/containers/auth.json", "runtime/containers/auth.json", ".docker/config.json", "explicit.json"} {
		if path == "explicit.json" {
			t.Setenv("REGISTRY_AUTH_FILE", filepath.Join(dir, path))
		}
		write(t, filepath.Join(dir, path), login(filepath.Base(filepath.Dir(path))+filepath.Base(path), registry))
		if user, want := userOf(t, registry+"/pause"), filepath.Base(filepath.Dir(path))+filepath.Base(path); user != want {
			t.Errorf("user %q, want %q", user, want)
		}
	}
}

func TestPodmansFileIsKnownWithoutARuntimeDirectory(t *testing.T) {
	isolate(t)
	t.Setenv("XDG_RUNTIME_DIR", "")
	want := "/run/containers/" + strconv.Itoa(os.Geteuid()) + "/auth.json"
	if files := credentials.Files(); files[1] != want {
		t.Errorf("files %q, want %s among them", files, want)
	}
}

func TestTheMostSpecificLoginCounts(t *testing.T) {
	dir := isolate(t)
	write(t, filepath.Join(dir, "runtime/containers/auth.json"), login("team", "registry.example:5000/team"))
	write(t, filepath.Join(dir, ".config/containers/auth.json"), login("all", "registry.example:5000", "docker.io"))
	for repository, want := range map[string]string{
		"registry.example:5000/team/pause": "team", "registry.example:5000/other/pause": "all",
		"registry.example:5001/team/pause": "", "pause": "all",
	} {
		if user := userOf(t, repository); user != want {
			t.Errorf("user %q at %s, want %q", user, repository, want)
		}
	}
}

func TestFileThatCannotBeReadIsNamed(t *testing.T) {
	dir := isolate(t)
	path := filepath.Join(dir, ".docker/config.json")
	write(t, path, "{")
	repository, err := name.NewRepository("registry.example/pause")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (credentials.Keychain{}).Resolve(repository); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want one that names %s", err, path)
	}
}
