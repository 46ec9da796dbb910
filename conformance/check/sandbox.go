package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// spec is how a sandbox of the image is run, unless a check wants it otherwise. The
// limits are generous, and keep a hostile image from the machine.
func (t *Trial) spec() engine.Spec {
	return engine.Spec{Image: t.Image, Entrypoint: t.Entrypoint, User: t.User, PIDsLimit: 64, MemoryLimit: 256 << 20}
}

// sandbox starts a sandbox of the image, changed from the usual one by the specs.
func (t *Trial) sandbox(ctx context.Context, changes ...func(*engine.Spec)) *engine.Container {
	spec := t.spec()
	for _, change := range changes {
		change(&spec)
	}
	started, err := t.engine.Start(ctx, spec)
	if errors.As(err, new(*engine.StartError)) {
		if refused := t.engine.Allow(ctx, spec); refused != nil {
			panic(notTestable{"the engine refuses the suite's own container as well: " + refused.Error()})
		}
	}
	t.must(err)
	t.sandboxes = append(t.sandboxes, started)
	return started
}

// end tells the sandbox to end, by a signal that does so.
func (t *Trial) end(ctx context.Context, sandbox *engine.Container, signal string) error {
	t.askedToEnd.Store(sandbox.ID, true)
	return sandbox.Kill(ctx, signal)
}

// window is how long nothing must happen.
func (t *Trial) window() time.Duration {
	if t.Emulated {
		return 3 * time.Second
	}
	return time.Second
}

// staysUp leaves the sandbox alone, and then finds it running as it was started.
func (t *Trial) staysUp(ctx context.Context, sandbox *engine.Container) {
	before := t.runs(ctx, sandbox, "it starts")
	t.idle(ctx, t.window())
	after := t.runs(ctx, sandbox, "it stays up")
	t.Expect(after).To(gomega.Equal(before), "it stays up as the same process")
}

// runs expects the sandbox to run, and returns its process.
func (t *Trial) runs(ctx context.Context, sandbox *engine.Container, expected string) int {
	state, err := sandbox.State(ctx)
	t.must(err)
	if !state.Running {
		t.fail(expected, fmt.Sprintf("it has ended with exit status %d %s", state.ExitCode, state.Error))
	}
	return state.Pid
}

// limit is how long a signal may take to end the sandbox.
func (t *Trial) limit() time.Duration {
	if t.Emulated {
		return 5 * time.Second
	}
	return time.Second
}

// slack is how late an engine may be to tell of an end.
const slack = 5 * time.Second

// endsOn sends the signal by the engine, and expects the end within the limit.
// It returns the exit status.
func (t *Trial) endsOn(ctx context.Context, sandbox *engine.Container, signal string, when ...string) int {
	t.must(t.end(ctx, sandbox, signal))
	return t.ends(ctx, sandbox, strings.Join(append([]string{signal}, when...), " "), t.limit())
}

// ends expects the sandbox to end within the limit from now on because of the
// cause, and returns its exit status. The engine may be slow to tell, so that its own record
// of the end counts as well.
func (t *Trial) ends(ctx context.Context, sandbox *engine.Container, cause string, limit time.Duration) int {
	sent := time.Now()
	expected := fmt.Sprintf("it ends within %s of %s", limit, cause)
	waiting, cancel := context.WithTimeout(ctx, limit+slack)
	defer cancel()
	defer time.AfterFunc(limit, t.slot).Stop()
	status, err := sandbox.Ended(waiting)
	if waiting.Err() == nil || ctx.Err() != nil {
		t.must(err)
	}
	took := time.Since(sent)
	if took <= limit {
		return status
	}
	state, err := sandbox.State(ctx)
	t.must(err)
	if state.Running {
		t.fail(expected, fmt.Sprintf("it still runs after %s", took.Round(time.Second)))
	}
	finished, err := t.engine.Clock(state.FinishedAt)
	t.must(err)
	if took = finished.Sub(sent); took > limit {
		t.fail(expected, fmt.Sprintf("it has ended after %s", took.Round(time.Millisecond)))
	}
	return state.ExitCode
}

// exits expects the exit status to be 0.
func (t *Trial) exits(status int, expected string) {
	if status != 0 {
		t.fail(expected, fmt.Sprintf("exit status %d", status))
	}
}

// collect keeps what can be known of a failed check's containers.
func (t *Trial) collect(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for i, sandbox := range t.sandboxes {
		if i == 3 {
			t.note("more", fmt.Sprintf("%d more sandboxes", len(t.sandboxes)-i))
			break
		}
		if state, err := sandbox.State(ctx); err == nil {
			text, _ := json.Marshal(state)
			t.note(fmt.Sprintf("state of sandbox %d", i+1), string(text))
		}
		if stdout, stderr, err := sandbox.Logs(ctx); err == nil && stdout+stderr != "" {
			t.note(fmt.Sprintf("log of sandbox %d", i+1), fmt.Sprintf("%.4000s%.4000s", stdout, stderr))
		}
	}
	for _, joined := range t.probes {
		var status string
		if err := joined.Call(ctx, "Status", probe.None{}, &status); err == nil {
			t.note("/proc/1/status", status)
			break
		}
	}
}
