package check

import (
	"context"
	"time"

	"github.com/onsi/gomega/gcustom"
	"github.com/onsi/gomega/types"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// pod is a probe in the namespaces of a sandbox.
type pod struct {
	*engine.Probe
	t *Trial

	// own are the sandbox's children that are no orphans.
	own map[int]bool
}

// join starts a probe in all of the sandbox's namespaces that an engine shares.
func (t *Trial) join(ctx context.Context, sandbox *engine.Container) pod {
	return t.joinAs(ctx, engine.Spec{NetworkOf: sandbox.ID, PIDsOf: sandbox.ID, IPCOf: sandbox.ID})
}

func (t *Trial) joinAs(ctx context.Context, spec engine.Spec) pod {
	joined, err := t.engine.Join(ctx, spec)
	t.must(err)
	t.probes = append(t.probes, joined)
	return pod{joined, t, nil}
}

// do calls a method of the probe that returns nothing.
func (p pod) do(ctx context.Context, method string, argument any) {
	p.t.must(p.Call(ctx, method, argument, &probe.None{}))
}

func ask[Result any](ctx context.Context, p pod, method string) Result {
	return askFor[Result](ctx, p, method, probe.None{})
}

func askFor[Result any](ctx context.Context, p pod, method string, argument any) Result {
	var result Result
	p.t.must(p.Call(ctx, method, argument, &result))
	return result
}

// ready joins the sandbox and waits until its PID 1 is asleep and stays so: a
// signal that comes before has nothing to say of one that comes later.
func (t *Trial) ready(ctx context.Context, sandbox *engine.Container) pod {
	joined := t.join(ctx, sandbox)
	t.settled(ctx, joined)
	return joined
}

// settled goes on with one that never falls asleep: PID-IDLE is about that, and
// nothing else is.
func (t *Trial) settled(ctx context.Context, joined pod) {
	const polls = 5
	var ticks int64
	started, unchanged := time.Now(), 0
	for unchanged < polls && time.Since(started) < 3*t.window() {
		process := ask[probe.Process](ctx, joined, "Init")
		if process.State == "S" && process.CPUTicks == ticks {
			unchanged++
		} else {
			unchanged = 0
		}
		ticks = process.CPUTicks
		time.Sleep(pollEach)
	}
}

// noZombies expects that every zombie goes away.
func (p pod) noZombies(ctx context.Context) {
	eventually(ctx, p.t, func() []probe.Process { return ask[[]probe.Process](ctx, p, "Zombies") }).
		Should(none("zombie"), "no zombie is left")
}

// none matches no process, and tells how many there are of the kind.
func none(kind string) types.GomegaMatcher {
	return gcustom.MakeMatcher(func(processes []probe.Process) (bool, error) { return len(processes) == 0, nil }).
		WithTemplate("{{len .Actual}} {{.Data}}s", kind)
}

// reaps shows that the probe sees zombies and that the sandbox leaves none.
func (p pod) reaps(ctx context.Context) {
	if p.t.Lacks["reaping"] {
		return
	}
	p.do(ctx, "Control", probe.None{})
	p.do(ctx, "LeaveZombies", probe.Orphans{Count: 1})
	p.noZombies(ctx)
}
