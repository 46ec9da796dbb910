package check

import (
	"context"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// pod is a probe in the namespaces of a sandbox.
type pod struct {
	*probe.Client
	container engine.Container
	t         *Trial

	// own are the sandbox's children that are no orphans.
	own map[int]bool
}

// join starts a probe in all of the sandbox's namespaces that every engine shares.
func (t *Trial) join(ctx context.Context, sandbox engine.Sandbox) pod {
	return t.joinBy(ctx, sandbox, engine.Shared)
}

func (t *Trial) joinBy(ctx context.Context, sandbox engine.Sandbox, namespaces engine.Namespaces) pod {
	container := must(sandbox.Join(ctx, namespaces))
	joined := pod{probe.NewClient(container.Stream()), container, t, nil}
	t.probes = append(t.probes, joined)
	return joined
}

func (p pod) remove(ctx context.Context) error {
	_ = p.Close()
	return p.container.Remove(ctx)
}

// ready joins the sandbox and waits until its PID 1 is asleep and stays so: a
// signal that comes before has nothing to say of one that comes later.
func (t *Trial) ready(ctx context.Context, sandbox engine.Sandbox) pod {
	joined := t.join(ctx, sandbox)
	t.settle(ctx, joined)
	return joined
}

// settle waits until PID 1 sleeps. A PID 1 that never sleeps is no error here; only
// PID-IDLE judges that.
func (t *Trial) settle(ctx context.Context, joined pod) {
	const polls = 5
	var ticks int64
	started, unchanged := time.Now(), 0
	for unchanged < polls && time.Since(started) < 3*t.window() {
		process := must(joined.Init(ctx))
		if process.State == "S" && process.CPUTicks == ticks {
			unchanged++
		} else {
			unchanged = 0
		}
		ticks = process.CPUTicks
		sleep(ctx, pollEach)
	}
}

// expectNoZombies expects that every zombie goes away.
func (p pod) expectNoZombies(ctx context.Context) {
	eventually(ctx, p.t, func() count { return count{len(must(p.Zombies(ctx))), "zombie"} },
		gomega.Equal(count{0, "zombie"}), "no zombie is left")
}

// expectReaps shows that the probe sees zombies and that the sandbox leaves none.
func (p pod) expectReaps(ctx context.Context) {
	if p.t.Lacks["reaping"] {
		return
	}
	ensure(p.SelfTest(ctx))
	ensure(p.LeaveZombies(ctx, probe.Orphans{Count: 1}))
	p.expectNoZombies(ctx)
}
