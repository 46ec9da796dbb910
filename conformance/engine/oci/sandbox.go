package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// sandbox is a pod's first container.
type sandbox struct {
	*bundle
	pod            engine.Pod
	image          *unpackedImage
	address        netip.Addr
	stdout, stderr output
}

func (i *unpackedImage) newSandbox(pod engine.Pod) (*sandbox, error) {
	id := i.engine.name("pod")
	directory := filepath.Join(i.engine.directory, id)
	root, err := i.rootOf(pod)
	if err != nil {
		return nil, err
	}
	spec, err := sandboxSpec(pod, i.config, root, directory)
	if err != nil {
		return nil, err
	}
	if err := limit(i.engine.cgroup, spec.Linux.Resources, pod); err != nil {
		return nil, err
	}
	if pod.WritableRoot {
		spec.Root.Path = filepath.Join(directory, "root")
	}
	bundle, err := i.engine.newBundle(id, id, spec)
	if err != nil {
		return nil, err
	}
	bundle.ownParent = pod.OwnParent
	s := &sandbox{bundle: bundle, pod: pod, image: i}
	if pod.Network == engine.PodNetwork {
		s.address = i.engine.address()
	}
	return s, i.engine.launcher.Do(func() error { return mountPod(pod, directory, root) })
}

// start makes the container and starts its program.
func (s *sandbox) start(ctx context.Context) error {
	stdout, err := s.stdout.pipe()
	if err != nil {
		return err
	}
	stderr, err := s.stderr.pipe()
	if err != nil {
		return err
	}
	if err := s.create(ctx, streams{nil, stdout, stderr}); err != nil {
		return startError(err)
	}
	if s.pod.Network != engine.HostNetwork {
		err := s.engine.launcher.Do(func() error { return setUpNetwork(s.pid(), s.address) })
		if errors.Is(err, fs.ErrNotExist) {
			return startError(fmt.Errorf("the process has ended before its start: %w", err))
		}
		if err != nil {
			return fmt.Errorf("set the pod's network up: %w", err)
		}
	}
	return startError(s.begin(ctx))
}

// startError makes the refusal of a runtime an *engine.StartError.
func startError(err error) error {
	if err == nil || engine.Lost(err) {
		return err
	}
	return &engine.StartError{Err: err}
}

func (s *sandbox) pid() int { return s.current().pid }

func (s *sandbox) Signal(_ context.Context, signal unix.Signal) error { return s.signal(signal) }

func (s *sandbox) Wait(ctx context.Context) (engine.Exit, error) { return s.wait(ctx) }

// State is the record of this program, which is the parent of the process.
func (s *sandbox) State(context.Context) (engine.State, error) {
	process := s.current()
	state := engine.State{PID: process.pid, Running: !process.ended()}
	record := map[string]any{"id": s.id, "runtime": s.engine.runtime, "pid": process.pid, "status": "running"}
	if !state.Running {
		state.Exit = process.exit
		record["status"], record["exitStatus"] = "stopped", state.Exit.Status
		record["finished"] = state.Exit.Time.UTC().Format(time.RFC3339Nano)
	}
	text, err := json.Marshal(record)
	state.Text = string(text)
	return state, err
}

func (s *sandbox) Output(context.Context) (stdout, stderr string, err error) {
	if s.current().ended() {
		s.stdout.closed()
		s.stderr.closed()
	}
	return s.stdout.String(), s.stderr.String(), nil
}

// Restart makes the container again of the same bundle.
func (s *sandbox) Restart(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if !s.current().ended() {
		return fmt.Errorf("restart: the sandbox still runs")
	}
	if err := s.delete(s.engine.Alive()); err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	return s.start(s.engine.Alive())
}

func (s *sandbox) Remove(ctx context.Context) error {
	if err := s.remove(ctx); err != nil {
		return fmt.Errorf("remove %s: %w", s.id, err)
	}
	// Containers that have joined the pod keep its cgroup; Close removes it then.
	s.engine.cgroup.Child(s.id).RemoveEmpty()
	return nil
}
