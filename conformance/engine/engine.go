// Package engine runs sandboxes and probes on a Docker-compatible engine, by
// testcontainers-go, and sees to it that nothing of a run stays behind.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/podsandbox/pause/conformance/report"
)

// Engine is a connection to the engine in reach, for one run.
type Engine struct {
	// Info describes the engine in reports.
	Info report.Engine

	provider *testcontainers.DockerProvider
	client   client.APIClient
	runtime  string
	owner    string
}

// Connect finds the engine as testcontainers-go does (DOCKER_HOST, the docker
// context, the default sockets). The runtime is one of the engine's OCI
// runtimes, or empty for its default. An error is one line, and says what was
// tried.
func Connect(ctx context.Context, runtime string) (*Engine, error) {
	// Its image cannot be pulled where no registry is in reach; what this package
	// starts carries a label of its own, and is swept by that. The setting is read
	// once, at the first call.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, err
	}
	log.SetDefault(silent{})
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(silent{}))
	if err != nil {
		return nil, unreachable(err)
	}
	if asked := os.Getenv("DOCKER_HOST"); asked != "" && provider.Client().DaemonHost() != asked {
		return nil, unreachable(errors.New("it does not answer"))
	}
	info, err := provider.Client().Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, unreachable(err)
	}
	version, err := provider.Client().ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return nil, unreachable(err)
	}
	name := productOf(version)
	if runtime == "" {
		runtime = info.Info.DefaultRuntime
	}
	if name == podman && runtime != info.Info.DefaultRuntime {
		return nil, fmt.Errorf("runtime %q: podman's API takes no runtime, and would use %s; set it in containers.conf", runtime, info.Info.DefaultRuntime)
	}
	if _, known := info.Info.Runtimes[runtime]; !known && len(info.Info.Runtimes) > 0 {
		var names []string
		for name := range info.Info.Runtimes {
			names = append(names, name)
		}
		return nil, fmt.Errorf("runtime %q: the engine has %s", runtime, strings.Join(names, ", "))
	}
	return &Engine{
		Info: report.Engine{
			Name:          name,
			Version:       version.Version,
			Runtime:       runtime,
			Kernel:        info.Info.KernelVersion,
			CgroupVersion: info.Info.CgroupVersion,
			Platform:      version.Os + "/" + version.Arch,
		},
		provider: provider,
		client:   provider.Client(),
		runtime:  runtime,
		owner:    owner(),
	}, nil
}

const podman = "Podman Engine"

// productOf tells Docker and Podman apart, which speak the same API.
func productOf(version client.ServerVersionResult) string {
	for _, component := range version.Components {
		if component.Name == podman {
			return podman
		}
	}
	return "Docker Engine"
}

// Lost tells whether the error says that the engine itself is gone.
func Lost(err error) bool { return client.IsErrConnectionFailed(err) || errdefs.IsUnavailable(err) }

func unreachable(err error) error {
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "DOCKER_HOST is not set; tried the docker context and the default sockets"
	}
	reason := strings.Join(strings.Fields(err.Error()), " ")
	return fmt.Errorf("no container engine in reach (%s): %s; start one or set DOCKER_HOST, or use --profile static", host, reason)
}

// Save writes the engine's image with the reference as an archive.
func (e *Engine) Save(ctx context.Context, reference string, archive io.Writer) error {
	saved, err := e.client.ImageSave(ctx, []string{reference})
	if err != nil {
		return fmt.Errorf("image %q: the engine does not save it: %w", reference, err)
	}
	defer saved.Close()
	if _, err := io.Copy(archive, saved); err != nil {
		return fmt.Errorf("image %q: save from the engine: %w", reference, err)
	}
	return nil
}

// Has tells whether the engine holds an image of the reference.
func (e *Engine) Has(ctx context.Context, reference string) (bool, error) {
	_, err := e.client.ImageInspect(ctx, reference)
	if errdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("image %q: ask the engine: %w", reference, err)
	}
	return true, nil
}

// Tag returns a name for an image that this run loads; Close removes it.
func (e *Engine) Tag(name string) string {
	return repository + name + ":" + e.owner
}

// Load loads an archive that holds one image, under a name that Tag returned.
func (e *Engine) Load(ctx context.Context, tag string, archive io.Reader) error {
	ctx, cancel, err := unbroken(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	result, err := e.client.ImageLoad(ctx, archive, client.ImageLoadWithQuiet(true))
	if err != nil {
		return fmt.Errorf("load the image into the engine: %w", err)
	}
	defer result.Close()
	answer, err := io.ReadAll(io.LimitReader(result, 64<<10))
	if err != nil {
		return fmt.Errorf("load the image into the engine: %w", err)
	}
	if loaded, err := e.Has(ctx, tag); err != nil || !loaded {
		return fmt.Errorf("load the image into the engine: it answered %.200q", answer)
	}
	return nil
}

type silent struct{}

func (silent) Printf(string, ...any) {}
