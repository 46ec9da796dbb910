package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// interference tells what the sandbox has done to a probe in its pod, if the error comes
// from that. Nothing else is in the pod that could.
func (t *Trial) interference(ctx context.Context, err error) string {
	if engine.Lost(err) || ctx.Err() != nil {
		return ""
	}
	if strings.Contains(err.Error(), probe.Interference) {
		return err.Error()
	}
	broken, unresponsive := errors.Is(err, client.ErrBroken), errors.Is(err, client.ErrUnresponsive)
	for _, p := range t.probes {
		if _, ending := t.askedToEnd.Load(p.sandbox); ending || !broken && !unresponsive {
			continue
		}
		// Orphans may keep the stream of a probe that has ended open.
		if exit, ended := endOf(ctx, p.container); ended {
			return fmt.Sprintf("a container of the pod has ended with %s, which nothing but the sandbox can have done: %v", exit, err)
		}
		if unresponsive {
			if seen := t.stopReason(ctx, p.sandbox); seen != "" {
				return seen
			}
		}
	}
	return ""
}

func endOf(ctx context.Context, container engine.Container) (exit engine.Exit, ended bool) {
	waiting, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	exit, err := container.Wait(waiting)
	return exit, err == nil
}

// joinTries is how many containers try to join after one that could not: a sandbox that ends
// them now and then lets some through.
const joinTries = 3

// joinFailure returns the evidence that the sandbox keeps containers out, where the error is that of
// one that tried: others cannot join it either, while each can join the suite's own sandbox. It
// is empty elsewhere.
func (t *Trial) joinFailure(ctx context.Context, sandbox engine.Sandbox, err error) string {
	if engine.Lost(err) || ctx.Err() != nil || errors.As(err, new(*engine.UnsupportedError)) {
		return ""
	}
	if state, stateErr := sandbox.State(ctx); stateErr != nil || !state.Running {
		return ""
	}
	spec := t.spec()
	spec.Entrypoint, spec.User = nil, ""
	own, ownErr := t.engine.Probe().Start(ctx, spec)
	if ownErr != nil {
		return ""
	}
	defer func() { _ = own.Remove(context.WithoutCancel(ctx)) }()
	for range joinTries {
		if !joins(ctx, own) {
			return ""
		}
		if !joins(ctx, sandbox) {
			return fmt.Sprintf("two cannot, and one can join the suite's own sandbox in between: %v", err)
		}
	}
	return ""
}

// joins tells whether a container can join the sandbox.
func joins(ctx context.Context, sandbox engine.Sandbox) bool {
	container, err := sandbox.Join(ctx, engine.Shared)
	if err == nil {
		_ = container.Remove(context.WithoutCancel(ctx))
	}
	return err == nil
}

// stopReason joins the sandbox once more, and looks for probes that a signal has stopped.
func (t *Trial) stopReason(ctx context.Context, sandbox engine.Sandbox) string {
	container, err := sandbox.Join(ctx, engine.Shared)
	if err != nil {
		return t.joinFailure(ctx, sandbox, err)
	}
	witness := pod{client.New(container.Stream()), sandbox, container, t, nil}
	defer func() { _ = witness.remove(context.WithoutCancel(ctx)) }()
	processes, err := witness.Processes(ctx)
	if errors.Is(err, client.ErrUnresponsive) {
		return "two containers of the pod do not answer one after the other: the sandbox stops them"
	}
	for _, process := range processes {
		// The parent of a container's first process is outside. The suite stops orphans itself.
		if process.ID != 1 && process.Parent == 0 && process.State == "T" {
			return fmt.Sprintf("process %d of a container of the pod is stopped, which nothing but the sandbox can have done", process.ID)
		}
	}
	return ""
}
