package docker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/podsandbox/pause/conformance/engine"
)

// newProvider makes a provider of testcontainers-go, whose constructor takes no
// context. No setting that a user has made for testcontainers reaches the run: a hub
// prefix would put a registry's image in place of the judged image
// (testcontainers-go#2554), and Ryuk's image cannot be pulled where no registry is in
// reach. The library reads its settings once, here.
func newProvider(ctx context.Context, option testcontainers.LoggerOption) (*testcontainers.DockerProvider, error) {
	type result struct {
		provider *testcontainers.DockerProvider
		err      error
	}
	results := make(chan result, 1)
	go func() {
		if err := readSettings(); err != nil {
			results <- result{nil, err}
			return
		}
		provider, err := testcontainers.NewDockerProvider(option)
		results <- result{provider, err}
	}()
	select {
	case result := <-results:
		return result.provider, result.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readSettings takes away what the library would find, once: the variables are the whole program's.
var readSettings = sync.OnceValue(func() error {
	log.SetDefault(discardLogger{})
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TESTCONTAINERS_") {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return err
	}
	home, isSet := os.LookupEnv("HOME") // where .testcontainers.properties lies
	if err := os.Unsetenv("HOME"); err != nil {
		return err
	}
	testcontainers.ReadConfig()
	if !isSet {
		return nil
	}
	return os.Setenv("HOME", home)
})

// answers refuses a DOCKER_HOST that testcontainers-go has passed over for another engine.
func (e *Engine) answers() error {
	if host := os.Getenv("DOCKER_HOST"); host != "" && e.client.DaemonHost() != host {
		return unreachable(errors.New("it does not answer"))
	}
	return nil
}

func unreachable(err error) error {
	host, remedy := os.Getenv("DOCKER_HOST"), "start the engine that it names, or set it to another"
	if host == "" {
		host = "DOCKER_HOST is not set; tried the docker context and the default sockets"
		remedy = "start one or set DOCKER_HOST, judge without a daemon by --engine oci, or without an engine by --profile static"
	}
	if engine.Lost(err) && !connectionFailed(err) {
		return fmt.Errorf("container engine (%s): %w", host, err)
	}
	reason := strings.Join(strings.Fields(err.Error()), " ")
	switch netError := new(net.OpError); {
	case strings.Contains(reason, "permission denied"):
		return fmt.Errorf("container engine (%s): permission denied; run as root, or as a member of the group that owns the socket, or use a rootless engine", host)
	case errors.As(err, &netError):
		reason = netError.Err.Error()
	case os.Getenv("DOCKER_HOST") == "", strings.Contains(reason, "Is the docker daemon running?"):
		reason = "nothing answers"
	}
	return fmt.Errorf("no container engine in reach (%s): %.200s; %s", host, reason, remedy)
}

type discardLogger struct{}

func (discardLogger) Printf(string, ...any) {}
