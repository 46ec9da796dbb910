package docker

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/engine"
)

func TestSettingsOfTestcontainersChangeNoImage(t *testing.T) {
	e := connect(t)
	s, err := e.Probe().Start(t.Context(), engine.Pod{})
	if err != nil {
		t.Fatal(err)
	}
	id := s.(*sandbox).id
	answer, err := e.client.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{})
	if want := e.Probe().(*image).id; err != nil || answer.Container.Image != want {
		t.Errorf("the container is of %s, %v; want %s", answer.Container.Image, err, want)
	}
}

// An image that somebody commits from a container of a run passes its label on.
func TestSweepLeavesContainersThatHaveTheLabelAlone(t *testing.T) {
	e := connect(t)
	fields := strings.Split(string(e.run), "-")
	fields[len(fields)-2] = "1" // no process of a run starts with the machine
	id := strings.Join(fields, "-")
	for name, swept := range map[string]bool{namePrefix + id + "-1": true, "somebodys-" + id: false} {
		_, err := e.client.ContainerCreate(t.Context(), client.ContainerCreateOptions{
			Name:   name,
			Config: &container.Config{Image: e.Probe().(*image).id, Labels: map[string]string{engine.RunLabel: id}},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_, _ = e.client.ContainerRemove(context.Background(), name, client.ContainerRemoveOptions{Force: true})
		})
		if err := e.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = e.client.ContainerInspect(t.Context(), name, client.ContainerInspectOptions{})
		if errdefs.IsNotFound(err) != swept {
			t.Errorf("%s: %v; want it removed: %t", name, err, swept)
		}
	}
}

// The probe's image is one for all runs: the engine has it as long as any of their names.
func TestRunsSideBySideDoNotTakeEachOthersImages(t *testing.T) {
	needsEngine(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 8 {
				e, err := Connect(t.Context(), Options{RequestTimeout: time.Minute})
				if err != nil {
					t.Error(err)
					return
				}
				if err := e.Close(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
