package oci

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/probe/client"
	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

// TestMain makes this program the parent of sandboxes, as the suite's is, and what a test of
// cleaning up kills.
func TestMain(m *testing.M) {
	role := func() error { os.Exit(m.Run()); return nil }
	directory := os.Getenv(runVariable)
	switch {
	case IsParent():
		role = RunParent
	case directory != "":
		role = func() error { return run(directory) }
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// onEach runs the test on every runtime that is here.
func onEach(t *testing.T, test func(t *testing.T, e *Engine)) {
	if testing.Short() {
		t.Skip("runs containers")
	}
	if os.Geteuid() != 0 {
		t.Skip("an OCI runtime is run as root")
	}
	for _, name := range []string{"runc", "crun"} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("%s is not in PATH: install the package %s", name, name)
			}
			test(t, connect(t, Options{Runtime: name}))
		})
	}
}

func connect(t *testing.T, options Options) *Engine {
	t.Helper()
	value, err := Connect(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := value.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return value.(*Engine)
}

// pause loads our image.
func pause(t *testing.T, e *Engine) engine.Image {
	t.Helper()
	image, err := e.Load(t.Context(), engine.Source{Reference: "pause", Image: pauseImage(t, freestanding.Platforms[0])})
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// pauseImage returns our image for one of its platforms.
func pauseImage(t *testing.T, platform freestanding.Platform) v1.Image {
	t.Helper()
	program, err := mutants.Build(t.Context(), nil, platform)
	if err != nil {
		t.Fatal(err)
	}
	image, err := images.Image(images.Release{Version: "test", Created: time.Unix(0, 0)}, program)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func start(t *testing.T, image engine.Image, pod engine.Pod) *sandbox {
	t.Helper()
	value, err := image.Start(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	return value.(*sandbox)
}

// join returns a client in the sandbox's shared namespaces, and UTS.
func join(t *testing.T, s *sandbox) *client.Client {
	t.Helper()
	c, err := s.Join(t.Context(), engine.Namespaces{Network: true, PIDs: true, IPC: true, UTS: true})
	if err != nil {
		t.Fatal(err)
	}
	client := client.New(c.Stream())
	t.Cleanup(func() {
		_ = client.Close()
		if err := c.Remove(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return client
}

func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
