package docker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/config"
	"github.com/moby/moby/client"
)

// reach makes DOCKER_HOST name the engine of the docker context, where it names none, and
// asks the engine that it names. Without a name, testcontainers-go tries the default sockets.
func (e *Engine) reach(ctx context.Context) error {
	if err := useContext(); err != nil {
		return err
	}
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		return nil
	}
	if strings.HasPrefix(host, "ssh://") {
		return unreachable(errors.New("only the docker command goes over ssh"))
	}
	if _, err := client.ParseHostURL(host); err != nil {
		return unreachable(errors.New("it is no address such as unix:///var/run/docker.sock or tcp://host:2375"))
	}
	docker, err := client.New(client.FromEnv)
	if err != nil {
		return unreachable(err)
	}
	defer docker.Close()
	if _, err := call(ctx, e, docker.Ping, client.PingOptions{}); err != nil {
		return unreachable(err)
	}
	return nil
}

// useContext sets DOCKER_HOST, and the variables of TLS, to what the docker context says:
// that of DOCKER_CONTEXT, or else of docker's configuration. The files are as in
// github.com/docker/cli/cli/context/store.
func useContext() error {
	if os.Getenv("DOCKER_HOST") != "" {
		return nil
	}
	home, _ := os.UserHomeDir()
	directory := cmp.Or(os.Getenv("DOCKER_CONFIG"), filepath.Join(home, ".docker"))
	settings, err := config.Load(directory)
	if err != nil {
		return fmt.Errorf("docker's configuration: %w; correct the file, or set DOCKER_HOST", err)
	}
	name := cmp.Or(os.Getenv("DOCKER_CONTEXT"), settings.CurrentContext, "default")
	if name == "default" {
		return nil
	}
	key := fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
	var metadata struct {
		Endpoints map[string]struct{ Host string }
	}
	content, err := os.ReadFile(filepath.Join(directory, "contexts", "meta", key, "meta.json"))
	if err == nil {
		err = json.Unmarshal(content, &metadata)
	}
	host := metadata.Endpoints["docker"].Host
	if err != nil || host == "" {
		return fmt.Errorf("docker context %q: it names no engine; choose another by docker context use, or set DOCKER_HOST", name)
	}
	certificates := filepath.Join(directory, "contexts", "tls", key, "docker")
	if _, err := os.Stat(certificates); err == nil {
		err = errors.Join(os.Setenv("DOCKER_CERT_PATH", certificates), os.Setenv("DOCKER_TLS_VERIFY", "1"))
		if err != nil {
			return err
		}
	}
	return os.Setenv("DOCKER_HOST", host)
}
