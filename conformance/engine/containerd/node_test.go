package containerd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri"
	"github.com/podsandbox/pause/conformance/probe"
)

// node is an instance in the role of a node's runtime, and the driver for one. The
// registry of the driver is in the instance's network, as it is in the node's.
func node(t *testing.T, e *Engine) engine.Engine {
	t.Helper()
	runtime, err := connectNode(t, e, "")
	if err != nil {
		t.Fatal(err)
	}
	return runtime
}

// connectNode connects the driver, in the pod with the UID if there is one.
func connectNode(t *testing.T, e *Engine, pod string) (node engine.Engine, err error) {
	err = e.namespaces.Do(func() (err error) {
		node, err = cri.Connect(t.Context(), cri.Options{Endpoint: "unix://" + e.paths.socket(), Pod: pod, RequestTimeout: time.Minute})
		return err
	})
	return node, err
}

func TestANodesRuntimeIsJudgedWithItsOwnImage(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		source := variant(t, func(file *v1.ConfigFile) { file.Config.User = "4321" })
		load(t, e, source)
		n := node(t, e)
		t.Cleanup(func() {
			if err := n.Close(context.Background()); err != nil {
				t.Error(err)
			}
			nothingOnNode(t, e)
		})
		if info := n.Info(); info.Name != "containerd" || info.Version == "" {
			t.Errorf("it is %+v", info)
		}
		reference, err := n.Configured(t.Context())
		if err != nil || reference != e.sandbox {
			t.Fatalf("it is configured for %q, %v", reference, err)
		}
		other := variant(t, func(file *v1.ConfigFile) { file.Config.User = "1" })
		if _, err := n.Load(t.Context(), other); err == nil || !strings.Contains(err.Error(), reference) || strings.Contains(err.Error(), "\n") {
			t.Errorf("another image: %v", err)
		}
		image, err := n.Load(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		sandbox := startOf(t, e, image, engine.Pod{})
		if uid := line(of(t, sandbox, "status"), "Uid"); !strings.HasPrefix(uid, "4321 ") {
			t.Errorf("the sandbox runs as %s", uid)
		}
		if init, err := join(t, sandbox, engine.Shared).Init(t.Context()); err != nil || init.ID != 1 {
			t.Errorf("PID 1 is %+v, %v", init, err)
		}
		if uid := line(of(t, startOf(t, e, image, engine.Pod{Arguments: []string{probe.Wait}}), "status"), "Uid"); !strings.HasPrefix(uid, "4321 ") {
			t.Errorf("a container of the image runs as %s", uid)
		}
		if err := n.RestartRuntime(t.Context()); !errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("a node's runtime is restarted: %v", err)
		}
		startOf(t, e, n.Probe(), engine.Pod{User: "65535:65535"})
	})
}

func TestTheImageOfANodeIsReadFromItsSandbox(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		source := variant(t, func(file *v1.ConfigFile) { file.Config.User, file.Config.StopSignal = "4321", "SIGINT" })
		load(t, e, source)
		n := node(t, e)
		defer n.Close(t.Context())
		if _, err := n.Save(t.Context(), "127.0.0.1:1/nothing:here"); !errors.Is(err, engine.ErrNoImage) {
			t.Errorf("an image that is not there: %v", err)
		}
		stream, err := n.Save(t.Context(), e.sandbox)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		archive, err := io.ReadAll(stream)
		if err != nil {
			t.Fatal(err)
		}
		image, err := tarball.Image(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(archive))), nil }, nil)
		if err != nil {
			t.Fatal(err)
		}
		file, err := image.ConfigFile()
		if err != nil || file.Config.User != "4321" || file.Config.StopSignal != "SIGINT" || file.Architecture == "" {
			t.Errorf("its configuration is %+v, %v", file, err)
		}
		if ours, theirs := files(t, source.Image), files(t, image); fmt.Sprint(ours) != fmt.Sprint(theirs) {
			t.Errorf("it has %v, and the image %v", theirs, ours)
		}
		if _, err := n.Load(t.Context(), engine.Source{Reference: e.sandbox, Image: image, Held: true}); err != nil {
			t.Errorf("it is not taken for the one that it was read from: %v", err)
		}
	})
}

// nothingOnNode fails where a pod or the probe's image is left.
func nothingOnNode(t *testing.T, e *Engine) {
	t.Helper()
	list, err := e.client.ListPodSandbox(context.Background(), &api.ListPodSandboxRequest{})
	if err != nil || len(list.Items) > 0 {
		t.Errorf("pods are left: %v, %v", list, err)
	}
	images, err := e.client.ListImages(context.Background(), &api.ListImagesRequest{})
	if err != nil || strings.Contains(fmt.Sprint(images), "pause-conformance/probe") {
		t.Errorf("images are left: %v, %v", images, err)
	}
}
