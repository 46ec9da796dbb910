package containerd

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// endPods ends all pods, as a kubelet does with those that it does not know.
func endPods(ctx context.Context, e *Engine) error {
	list, err := e.client.ListPodSandbox(ctx, &api.ListPodSandboxRequest{})
	if err != nil {
		return err
	}
	for _, pod := range list.Items {
		if _, err := e.client.StopPodSandbox(ctx, &api.StopPodSandboxRequest{PodSandboxId: pod.Id}); err != nil {
			return err
		}
	}
	return nil
}

func TestANodeWhoseKubeletEndsPodsIsNotJudged(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		load(t, e, variant(t, func(*v1.ConfigFile) {}))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() {
			for ctx.Err() == nil {
				list, err := e.client.ListContainers(ctx, &api.ListContainersRequest{Filter: &api.ContainerFilter{
					State: &api.ContainerStateValue{State: api.ContainerState_CONTAINER_RUNNING},
				}})
				if err == nil && len(list.Containers) > 0 {
					_ = endPods(ctx, e) // pods go meanwhile
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
		n, err := connectNode(t, e, "")
		if err == nil { // a machine is busy, and its kubelet late
			select {
			case <-n.Alive().Done():
				err = context.Cause(n.Alive())
			case <-time.After(time.Minute):
			}
			n.Close(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), "stop the node's kubelet") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v", err)
		}
		nothingOnNode(t, e)
	})
}

func TestANodeWhoseKubeletStartsDuringTheRunIsLost(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		load(t, e, variant(t, func(*v1.ConfigFile) {}))
		n := node(t, e)
		if err := endPods(t.Context(), e); err != nil {
			t.Error(err)
		}
		select {
		case <-n.Alive().Done():
			if cause := context.Cause(n.Alive()); !engine.Lost(cause) || !strings.Contains(cause.Error(), "kubelet") {
				t.Errorf("it is lost for %v", cause)
			}
		case <-time.After(time.Minute):
			t.Error("nobody notices that the pods were ended")
		}
		if err := n.Close(t.Context()); err != nil {
			t.Error(err)
		}
		nothingOnNode(t, e)
	})
}

// TestAPodOfTheKubeletIsEnteredAndLeft has a pod of another run in the place of the
// kubelet's: this program runs in it.
func TestAPodOfTheKubeletIsEnteredAndLeft(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		startSandbox(t, e, engine.Pod{Arguments: []string{probe.Wait}})
		source := variant(t, func(file *v1.ConfigFile) { file.Config.User = "4321" })
		load(t, e, source)
		if _, err := connectNode(t, e, "no-such-pod"); err == nil || !strings.Contains(err.Error(), "metadata.uid") {
			t.Errorf("a pod that is not there: %v", err)
		}
		before := containers(t, e)
		n, err := connectNode(t, e, before[0].uid)
		if err != nil {
			t.Fatal(err)
		}
		configured, err := n.Configured(t.Context())
		if err != nil || configured != e.sandbox {
			t.Errorf("it is configured for %q, %v", configured, err)
		}
		image, err := n.Load(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		for name, pod := range map[string]engine.Pod{
			"own": {Own: true}, "hostNetwork": {Network: engine.HostNetwork}, "hostIPC": {HostIPC: true}, "user namespace": {UserNamespace: true},
		} {
			if _, err := image.Start(t.Context(), pod); !errors.As(err, new(*engine.UnsupportedError)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		start := func(pod engine.Pod) engine.Sandbox {
			sandbox, err := image.Start(t.Context(), pod)
			if err != nil {
				t.Fatal(err)
			}
			return sandbox
		}
		sandbox := start(engine.Pod{})
		if uid := line(of(t, sandbox, "status"), "Uid"); !strings.HasPrefix(uid, "4321 ") {
			t.Errorf("it runs as %s", uid)
		}
		second := start(engine.Pod{PIDsOf: sandbox})
		if of(t, second, "ns/pid") != of(t, sandbox, "ns/pid") {
			t.Error("it is in another PID namespace than the one that it is to join")
		}
		if init, err := join(t, sandbox, engine.Shared).Init(t.Context()); err != nil || init.ID != 1 {
			t.Errorf("PID 1 is %+v, %v", init, err)
		}
		for name, do := range map[string]func(context.Context) error{"stop": sandbox.Stop, "freeze": sandbox.Freeze, "restart": sandbox.Restart} {
			if err := do(t.Context()); !errors.As(err, new(*engine.UnsupportedError)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := sandbox.Signal(t.Context(), unix.SIGKILL); err != nil {
			t.Error(err)
		}
		if exit, err := sandbox.Wait(t.Context()); err != nil || exit.Status != 128+9 {
			t.Errorf("it has ended as %+v, %v", exit, err)
		}
		if err := n.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if after := containers(t, e); len(after) != len(before) || after[0] != before[0] {
			t.Errorf("the pod had %v, and has %v", before, after)
		}
	})
}

// container is one of the instance, with the UID of its pod.
type container struct {
	id, uid string
	state   api.ContainerState
}

func containers(t *testing.T, e *Engine) (all []container) {
	t.Helper()
	list, err := e.client.ListContainers(t.Context(), &api.ListContainersRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range list.Containers {
		pod, err := e.client.PodSandboxStatus(t.Context(), &api.PodSandboxStatusRequest{PodSandboxId: item.PodSandboxId})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, container{item.Id, pod.Status.Metadata.Uid, item.State})
	}
	return all
}
