package pods

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

// Image is an image that pods are started of.
type Image interface {
	// Use makes it the runtime's image of sandboxes, until release is called.
	Use(ctx context.Context) (release func(), err error)

	// Reference is its name for app containers, once it has been used.
	Reference() string
}

// sandbox is the sandbox of a pod.
type sandbox struct {
	*pod
	image   Image
	pid     int
	process *engine.Process // nil where it had ended before it was looked at
}

// Start starts a sandbox of the image. The CRI has no arguments of a sandbox, and no sandbox in
// another one's PID namespace: such a pod's image runs as an app container. In a pod of the
// kubelet every image does.
func (r *Runtime) Start(ctx context.Context, image Image, spec engine.Pod) (engine.Sandbox, error) {
	if r.kubeletPod != nil || spec.Entrypoint != nil || spec.Arguments != nil || spec.PIDsOf != nil {
		return r.StartApp(ctx, image, spec)
	}
	release, err := image.Use(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p, err := r.run(ctx, spec)
	if err != nil {
		return nil, err
	}
	s := &sandbox{pod: p, image: image}
	if err := errors.Join(s.open(ctx), s.checkApplied(spec)); err != nil {
		return nil, errors.Join(err, s.Remove(r.Requests.Alive()))
	}
	return s, nil
}

// open opens the sandbox's process.
func (s *sandbox) open(ctx context.Context) error {
	record, err := s.status(ctx, true)
	if err != nil {
		return err
	}
	s.pid = pid(record.Info)
	if record.Status.State != cri.PodSandboxState_SANDBOX_READY {
		return nil
	}
	if s.pid == 0 {
		return engine.Unsupported("%s makes no sandbox for such a pod", s.Name)
	}
	process, err := engine.OpenProcess(s.pid)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; the suite sees the node's processes where it runs on the node itself", err)
	}
	if record, err = s.status(ctx, true); err != nil || pid(record.Info) != s.pid {
		_ = process.Close()
		return err
	}
	s.process = process
	return nil
}

// Signal sends the signal by kill(2).
func (s *sandbox) Signal(_ context.Context, signal unix.Signal) error {
	return send(s.process, signal)
}

func send(process *engine.Process, signal unix.Signal) error {
	if process == nil {
		return fmt.Errorf("send signal %d: %w", signal, os.ErrProcessDone)
	}
	if err := process.Signal(signal); err != nil {
		return fmt.Errorf("send signal %d: %w", signal, err)
	}
	return nil
}

// noticeDelay is how long a runtime may take to notice the end of a process.
const noticeDelay = 5 * time.Second

// State returns the runtime's record of the sandbox.
func (s *sandbox) State(ctx context.Context) (engine.State, error) {
	for deadline := time.Now().Add(noticeDelay); ; {
		record, err := s.status(ctx, false)
		if err != nil {
			return engine.State{}, err
		}
		ready := record.Status.State == cri.PodSandboxState_SANDBOX_READY
		text, _ := json.Marshal(record.Status)
		state := engine.State{Running: ready, PID: s.pid, Text: string(text)}
		if s.process != nil && !s.process.Ended() {
			return state, nil
		}
		if !ready {
			state.Exit, err = s.Wait(ctx)
			return state, err
		}
		if time.Now().After(deadline) {
			return state, nil
		}
		pause(ctx)
	}
}

// pollEach is the time between one look and the next.
const pollEach = 20 * time.Millisecond

func pause(ctx context.Context) {
	select {
	case <-time.After(pollEach):
	case <-ctx.Done():
	}
}

// Wait waits for the end of the process.
func (s *sandbox) Wait(ctx context.Context) (engine.Exit, error) { return wait(ctx, s.process) }

func wait(ctx context.Context, process *engine.Process) (engine.Exit, error) {
	if process == nil {
		return engine.Exit{Status: engine.UnknownStatus}, nil
	}
	at, err := process.Wait(ctx)
	if err != nil {
		return engine.Exit{}, err
	}
	return engine.Exit{Status: process.Status(), Time: at}, nil
}

// Output is unsupported.
func (s *sandbox) Output(context.Context) (stdout, stderr string, err error) {
	return "", "", engine.Unsupported("%s keeps no log of a sandbox", strings.Fields(s.Name + " ")[0])
}

// Freeze freezes and thaws the sandbox's cgroup.
func (s *sandbox) Freeze(context.Context) error {
	if err := cgroup.Freeze(s.pid); err != nil {
		return fmt.Errorf("freeze the sandbox: %w", err)
	}
	return nil
}

// Restart replaces the sandbox by the next attempt at the same pod, as the kubelet does
// with one that has ended (kubernetes pkg/kubelet/kuberuntime, computePodActions).
func (s *sandbox) Restart(ctx context.Context) error {
	release, err := s.image.Use(ctx)
	if err != nil {
		return err
	}
	defer release()
	if _, err := s.State(ctx); err != nil { // until the runtime knows of the end
		return err
	}
	if err := s.Stop(ctx); err != nil {
		return err
	}
	s.configuration.Metadata.Attempt++
	previous := s.id
	if s.id, err = s.runSandbox(); err != nil {
		s.id = previous
		return err
	}
	if s.process != nil {
		_ = s.process.Close()
		s.process = nil
	}
	return errors.Join(s.RemovePod(ctx, previous), s.open(ctx))
}

// Remove removes the pod, whose sandbox need not be asked to end.
func (s *sandbox) Remove(ctx context.Context) error {
	if s.process != nil {
		_ = s.process.Signal(unix.SIGKILL)
		defer s.process.Close()
	}
	return s.pod.Remove(ctx)
}
