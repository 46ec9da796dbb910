package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// sandbox is a container of the image under test.
type sandbox struct {
	*instance
	unbound context.CancelFunc // ends boundDisk

	opening sync.Mutex
	opened  bool            // or found to be of another machine
	process *engine.Process // nil until it is opened, and where it is not visible
}

// Start starts a sandbox.
func (i *image) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	request, err := i.engine.request(pod)
	if err != nil {
		return nil, err
	}
	container, err := i.engine.create(ctx, i, request)
	if err != nil {
		return nil, startError(err)
	}
	if err := container.start(ctx); err != nil {
		_ = container.Remove(i.engine.Alive()) // Close removes it otherwise
		return nil, startError(err)
	}
	writing, unbound := context.WithCancel(i.engine.Alive())
	if pod.WritableRoot {
		go container.boundDisk(writing)
	}
	return &sandbox{instance: container, unbound: unbound}, nil
}

// startError is the image's fault, unless the engine is lost or the run is over.
func startError(err error) error {
	if engine.Lost(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &engine.StartError{Err: err}
}

// Restart starts the container again.
func (s *sandbox) Restart(ctx context.Context) error {
	if err := s.start(ctx); err != nil {
		return startError(err)
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.process != nil {
		_ = s.process.Close()
	}
	s.process, s.opened = nil, false
	return nil
}

// Signal sends the signal by the engine.
func (s *sandbox) Signal(ctx context.Context, signal unix.Signal) error {
	s.opening.Lock()
	opened := s.opened
	s.opening.Unlock()
	if !opened {
		if _, err := s.State(ctx); err != nil {
			return err
		}
	}
	options := client.ContainerKillOptions{Signal: strconv.Itoa(int(signal))}
	if _, err := callOn(ctx, s.engine, s.engine.client.ContainerKill, s.id, options); err != nil {
		return fmt.Errorf("send signal %d by the engine: %w", signal, err)
	}
	return nil
}

// KillParent is unsupported: containerd ends a container whose shim has ended.
func (s *sandbox) KillParent(context.Context) error {
	return engine.Unsupported("the engine ends a container itself when its shim has ended")
}

// Freeze pauses and unpauses the container.
func (s *sandbox) Freeze(ctx context.Context) error {
	pause := func(ctx context.Context) error {
		_, err := callOn(ctx, s.engine, s.engine.client.ContainerPause, s.id, client.ContainerPauseOptions{})
		return err
	}
	if err := engine.Pause(ctx, pause, s.isRunning); err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	if _, err := callOn(ctx, s.engine, s.engine.client.ContainerUnpause, s.id, client.ContainerUnpauseOptions{}); err != nil {
		return fmt.Errorf("unpause: %w", err)
	}
	return nil
}

func (s *sandbox) isRunning(ctx context.Context) bool {
	state, err := s.inspect(ctx)
	return err == nil && state.Running
}

// State returns the engine's record of the container's process.
func (s *sandbox) State(ctx context.Context) (engine.State, error) {
	state, err := s.inspect(ctx)
	if err != nil {
		return engine.State{}, err
	}
	text, _ := json.Marshal(state)
	result := engine.State{Running: state.Running, PID: state.Pid, Text: string(text)}
	if reason := s.killReason.Load(); reason != nil {
		result.Text = *reason + result.Text
	}
	if state.Running {
		s.open(state.Pid)
		return result, nil
	}
	result.Exit = engine.Exit{Status: state.ExitCode, Time: s.kernelTime(ctx)}
	if result.Exit.Time.IsZero() {
		result.Exit.Time = s.engine.clock.here(state.FinishedAt)
	}
	return result, nil
}

// Wait waits for the end, whose time is the kernel's where the process is visible, and
// else the engine's.
func (s *sandbox) Wait(ctx context.Context) (engine.Exit, error) {
	at := s.kernelTime(ctx)
	if at.IsZero() {
		return s.instance.Wait(ctx)
	}
	// The process has ended, and an engine that is late to tell is not its fault.
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), engine.DefaultRequestTimeout)
	defer cancel()
	exit, err := s.instance.Wait(late)
	exit.Time = at
	return exit, err
}

// kernelTime is the end of the process where it is visible, or else zero.
func (s *sandbox) kernelTime(ctx context.Context) (at time.Time) {
	s.opening.Lock()
	process := s.process
	s.opening.Unlock()
	if process != nil {
		at, _ = process.Wait(ctx)
	}
	return at
}

// Stop ends the container as docker stop does: by the image's StopSignal, and after ten
// seconds by SIGKILL.
func (s *sandbox) Stop(ctx context.Context) error {
	if _, err := s.State(ctx); err != nil { // opens the process
		return err
	}
	seconds := 10
	if _, err := callOn(ctx, s.engine, s.engine.client.ContainerStop, s.id, client.ContainerStopOptions{Timeout: &seconds}); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// Remove removes the container.
func (s *sandbox) Remove(ctx context.Context) error {
	s.unbound()
	defer func() {
		s.opening.Lock()
		defer s.opening.Unlock()
		if s.process != nil {
			_ = s.process.Close()
		}
	}()
	return s.instance.Remove(ctx)
}
