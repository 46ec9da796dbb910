package containerd

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// variant is the suite's own image with another configuration.
func variant(t *testing.T, change func(*v1.ConfigFile)) engine.Source {
	t.Helper()
	content, err := engine.ProbeImage()
	if err != nil {
		t.Fatal(err)
	}
	file, err := content.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	file = file.DeepCopy()
	change(file)
	if content, err = mutate.ConfigFile(content, file); err != nil {
		t.Fatal(err)
	}
	return engine.Source{Reference: t.Name(), Image: content}
}

func load(t *testing.T, e *Engine, source engine.Source) engine.Image {
	t.Helper()
	image, err := e.Load(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// startOf starts a sandbox of the image, which the test removes.
func startOf(t *testing.T, e *Engine, image engine.Image, pod engine.Pod) engine.Sandbox {
	t.Helper()
	sandbox, err := image.Start(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sandbox.Remove(e.Alive()); err != nil {
			t.Errorf("remove: %v", err)
		}
	})
	return sandbox
}

func TestAnImageWhoseProgramDoesNotRunIsAStartError(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		for name, change := range map[string]func(*v1.ConfigFile){
			"no such program": func(file *v1.ConfigFile) { file.Config.Entrypoint = []string{"/nothing"} },
			"no command":      func(file *v1.ConfigFile) { file.Config.Entrypoint, file.Config.Cmd = nil, nil },
			"no such user":    func(file *v1.ConfigFile) { file.Config.User = "somebody" },
		} {
			sandbox, err := load(t, e, variant(t, change)).Start(t.Context(), engine.Pod{})
			if !errors.As(err, new(*engine.StartError)) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, %v", name, sandbox, err)
			}
		}
	})
}

func TestImagesSideBySideEachStartTheirOwn(t *testing.T) {
	e := connect(t)
	numbers := []string{"4001", "4002", "4003"}
	var images []engine.Image
	for _, number := range numbers {
		images = append(images, load(t, e, variant(t, func(file *v1.ConfigFile) { file.Config.User = number })))
	}
	t.Run("group", func(t *testing.T) {
		for i, number := range numbers {
			t.Run(number, func(t *testing.T) {
				t.Parallel()
				for range 2 {
					status := of(t, startOf(t, e, images[i], engine.Pod{}), "status")
					if user := line(status, "Uid"); !strings.HasPrefix(user, number+" ") {
						t.Errorf("a sandbox of the image with user %s runs as %s", number, user)
					}
				}
			})
		}
	})
}

func TestAnImageOfAnotherArchitectureIsLoaded(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		image := load(t, e, variant(t, func(file *v1.ConfigFile) { file.Architecture, file.Variant = "s390x", "" }))
		startOf(t, e, image, engine.Pod{}) // its program is this machine's all the same
	})
}

func TestAnImageWithArgumentsRunsInAContainer(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		image := load(t, e, variant(t, func(file *v1.ConfigFile) { file.Config.User = "999:998" }))
		sandbox := startOf(t, e, image, engine.Pod{Arguments: []string{"probe-no-such-role"}})
		exit, err := sandbox.Wait(t.Context())
		if err != nil || exit.Status != 1 {
			t.Errorf("it has ended as %+v, %v", exit, err)
		}
		_, stderr, err := sandbox.Output(t.Context())
		if err != nil || !strings.HasPrefix(stderr, "probe: want the argument") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("standard error %q, %v", stderr, err)
		}
		if state, err := sandbox.State(t.Context()); err != nil || state.Running || state.Exit.Status != 1 {
			t.Errorf("its state is %+v, %v", state, err)
		}

		runs := startOf(t, e, image, engine.Pod{Entrypoint: []string{probe.Path}, Arguments: []string{probe.Wait}})
		if status := of(t, runs, "status"); line(status, "Uid") != "999 999 999 999" || line(status, "NoNewPrivs") != "1" || line(status, "CapBnd") != "0000000000000000" {
			t.Errorf("it is not as restricted as a sandbox:\n%s", status)
		}
		if init, err := join(t, runs, engine.Shared).Init(t.Context()); err != nil || init.ID != 1 || init.Command[1] != probe.Wait {
			t.Errorf("a container that joins it sees PID 1 as %+v, %v", init, err)
		}
		if err := runs.Freeze(t.Context()); err != nil {
			t.Error(err)
		}
		if err := runs.Signal(t.Context(), unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if exit, err := runs.Wait(t.Context()); err != nil || exit.Status != 128+9 {
			t.Errorf("it has ended as %+v, %v", exit, err)
		}
	})
}

func TestAProgramThatEndsAtOnceHasEndedOnItsOwn(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		image := load(t, e, variant(t, func(file *v1.ConfigFile) { file.Config.Cmd = []string{"probe-no-such-role"} }))
		sandbox := startOf(t, e, image, engine.Pod{})
		if _, err := sandbox.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if state, err := sandbox.State(t.Context()); err != nil || state.Running {
			t.Errorf("its state is %+v, %v", state, err)
		}
		if _, err := sandbox.Join(t.Context(), engine.Shared); err == nil || errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("a container joins it: %v", err)
		}
	})
}

// files are the names and sizes of the image's files.
func files(t *testing.T, image v1.Image) (names []string) {
	t.Helper()
	content := mutate.Extract(image)
	defer content.Close()
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, fmt.Sprintf("%s %d %o", header.Name, header.Size, header.Mode&0o777))
	}
}
