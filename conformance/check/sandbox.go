package check

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// spec is how a sandbox of the image is run, unless a check changes it: as a pod's, in
// the strictest setting in which the image stays up.
func (t *Trial) spec() engine.Pod {
	spec := engine.Pod{Entrypoint: t.Entrypoint, User: t.User, Own: t.ownPod}
	t.Setting.apply(&spec)
	return spec
}

// sandbox starts a sandbox of the image, changed from the usual one by the changes.
func (t *Trial) sandbox(ctx context.Context, changes ...func(*engine.Pod)) engine.Sandbox {
	spec := t.spec()
	for _, change := range changes {
		change(&spec)
	}
	s, err := t.Image.Start(ctx, spec)
	if errors.As(err, new(*engine.StartError)) {
		if refusal := t.refusal(ctx, spec); refusal != nil {
			panic(notTestable{"the engine refuses the suite's own container as well: " + refusal.Error()})
		}
	}
	ensure(err)
	t.add(s)
	return s
}

func (t *Trial) add(sandbox engine.Sandbox) {
	t.starting.Lock()
	defer t.starting.Unlock()
	t.sandboxes = append(t.sandboxes, sandbox)
}

// startExcused starts a sandbox whose end is no failure, as if the suite had asked for it.
func (t *Trial) startExcused(ctx context.Context, spec engine.Pod) (engine.Sandbox, error) {
	sandbox, err := t.Image.Start(ctx, spec)
	if err == nil {
		t.add(sandbox)
		t.askedToEnd.Store(sandbox, true)
	}
	return sandbox, err
}

// refusal starts the suite's own program in such a pod and returns the engine's error, as
// a rootless engine has one for high user ids. The image is not the cause then. The pod has no
// limits, which the program does not fit in. Nothing is tried where the pod joins another
// sandbox, which may be the cause.
func (t *Trial) refusal(ctx context.Context, spec engine.Pod) error {
	if spec.PIDsOf != nil {
		return nil
	}
	spec.Entrypoint, spec.Arguments = nil, nil
	spec.PIDsLimit, spec.MemoryLimit, spec.Dense = 0, 0, false
	s, err := t.engine.Probe().Start(ctx, spec)
	if err != nil {
		return err
	}
	return s.Remove(ctx)
}

// signal sends a signal that ends the sandbox. A sandbox that has ended before, by itself,
// is a failure; one that an earlier signal has ended is none.
func (t *Trial) signal(ctx context.Context, sandbox engine.Sandbox, signal unix.Signal) error {
	_, repeat := t.askedToEnd.LoadOrStore(sandbox, true)
	err := sandbox.Signal(ctx, signal)
	if err == nil || engine.Lost(err) {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, reportingDelay)
	defer cancel()
	if _, waitErr := sandbox.Wait(waiting); waitErr != nil {
		return err
	}
	if !repeat {
		panic(failure{expectation: "it runs until " + unix.SignalName(signal) + " comes", evidence: "it has ended before"})
	}
	return nil
}

// window is how long nothing must happen.
func (t *Trial) window() time.Duration {
	if t.Emulated {
		return 3 * time.Second
	}
	return time.Second
}

// expectStays leaves the sandbox alone, and then expects it to run as it was started.
func (t *Trial) expectStays(ctx context.Context, sandbox engine.Sandbox) {
	before := t.expectRuns(ctx, sandbox, "it starts")
	t.sleepWithoutSlot(ctx, t.window())
	after := t.expectRuns(ctx, sandbox, "it stays up")
	if after != before {
		panic(failure{expectation: "it stays up as the same process", evidence: fmt.Sprintf("process %d, and before %d", after, before)})
	}
}

// expectRuns expects the sandbox to run, and returns its process.
func (t *Trial) expectRuns(ctx context.Context, sandbox engine.Sandbox, expected string) int {
	state := must(sandbox.State(ctx))
	if !state.Running {
		panic(failure{expectation: expected, evidence: "it has ended with " + state.Exit.String()})
	}
	return state.PID
}
