package registry_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	memory "github.com/google/go-containerregistry/pkg/registry"

	"github.com/podsandbox/pause/images/internal/daemon"
)

// inMemory starts a registry that handles requests as wrap lets it, and returns
// its host.
func inMemory(t *testing.T, wrap func(http.Handler) http.Handler) string {
	t.Helper()
	return serve(t, wrap(memory.New(quiet, memory.WithReferrersSupport(true))))
}

// withoutReferrers is inMemory without the referrers API.
func withoutReferrers(t *testing.T, wrap func(http.Handler) http.Handler) string {
	t.Helper()
	return serve(t, wrap(memory.New(quiet)))
}

var quiet = memory.Logger(log.New(io.Discard, "", 0))

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func plain(handler http.Handler) http.Handler { return handler }

// debian starts Debian's docker-registry, with settings beside the storage and
// the address in its configuration, and returns its host.
func debian(t *testing.T, maintenance, http, auth string) string {
	t.Helper()
	host, dir := freeAddress(t), t.TempDir()
	config := filepath.Join(dir, "config.yml")
	settings := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: %s}\n%s\nhttp:\n  addr: %s\n%s\n%s\n",
		dir, maintenance, host, http, auth)
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon.Start(t, func() error {
		connection, err := net.Dial("tcp", host)
		if err == nil {
			connection.Close()
		}
		return err
	}, "docker-registry", "serve", config)
	return host
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

const (
	user     = "pusher"
	password = "secret"

	// What htpasswd -B makes of password, at its lowest cost.
	hash = "$2a$04$Kkaf17qk0i9Lf7qXAVqzK.i2C0HQxQY2Zo93J/PeZivzjZ/bFO6pO"
)

// logIn makes the credentials those of the docker config.
func logIn(t *testing.T, host, user, password string) {
	t.Helper()
	dir := t.TempDir()
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	config := fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, host, auth)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", dir)
}

// withPassword is the setting of a registry that only user gets into.
func withPassword(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "htpasswd")
	if err := os.WriteFile(file, []byte(user+":"+hash+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("auth:\n  htpasswd: {realm: test, path: %s}", file)
}
