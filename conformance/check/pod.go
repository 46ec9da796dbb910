package check

import (
	"context"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// pod is a probe in the namespaces of a sandbox.
type pod struct {
	*client.Client
	sandbox   engine.Sandbox
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
	container, err := sandbox.Join(ctx, namespaces)
	if err != nil {
		if seen := t.joinFailure(ctx, sandbox, err); seen != "" {
			panic(failure{expectation: "a container can join the pod", evidence: seen})
		}
		ensure(err)
	}
	p := pod{client.New(container.Stream()), sandbox, container, t, nil}
	t.starting.Lock()
	defer t.starting.Unlock()
	t.probes = append(t.probes, p)
	return p
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
func (t *Trial) settle(ctx context.Context, p pod) {
	const polls = 5
	var ticks int64
	begin, same := time.Now(), 0
	for same < polls && time.Since(begin) < 3*t.window() {
		process := must(p.Init(ctx))
		if process.State == "S" && process.CPUTicks == ticks {
			same++
		} else {
			same = 0
		}
		ticks = process.CPUTicks
		sleep(ctx, pollEach)
	}
}

// prompt is how soon an orphan that has ended has to be gone. Exec probes come every second
// at the fastest (kubernetes core/v1 Probe, periodSeconds), and a handful of zombies is
// what a pids limit bears.
const prompt = 5 * time.Second

// expectNone expects that nothing of a kind is left promptly. Time in which PID 1 waits
// for a processor is the machine's, and does not count.
func (p pod) expectNone(ctx context.Context, noun, words string, list func(context.Context) []probe.Process) {
	limit := prompt
	if p.t.Emulated {
		limit = patience
	}
	begin, delay := time.Now(), must(p.Init(ctx)).Delay
	for {
		rest := list(ctx)
		if len(rest) == 0 {
			return
		}
		wait := time.Since(begin) - time.Duration(must(p.Init(ctx)).Delay-delay)
		if wait > limit {
			panic(failure{expectation: words + " after " + limit.String(), evidence: count{len(rest), noun}.String()})
		}
		if wait > time.Second {
			p.t.release()
			sleep(ctx, 10*pollEach)
		} else {
			sleep(ctx, pollEach)
		}
	}
}

// expectNoZombies expects that every zombie goes away.
func (p pod) expectNoZombies(ctx context.Context) {
	p.expectNone(ctx, "zombie", "no zombie is left", func(ctx context.Context) []probe.Process { return must(p.Zombies(ctx)) })
}

// awaitIdle waits until PID 1 has had 100 ms for what it does after its last child, and sleeps
// again, but not longer than an orphan may take. A sandbox that has ended by then is an error
// of the probe, which has ended with it. Time in which PID 1 waits for a processor does not count.
func (p pod) awaitIdle(ctx context.Context) {
	begin, delay := time.Now(), must(p.Init(ctx)).Delay
	for time.Since(begin) < prompt {
		sleep(ctx, pollEach)
		process := must(p.Init(ctx))
		if time.Since(begin)-time.Duration(process.Delay-delay) >= 5*pollEach && process.State == "S" {
			return
		}
	}
}

// expectReaps shows that the probe sees zombies and that the sandbox leaves none, as it
// does in its usual setting.
func (p pod) expectReaps(ctx context.Context) {
	if p.t.Lacks["reaping"] || !p.t.Serves.Reaps {
		return
	}
	ensure(p.SelfTest(ctx))
	ensure(p.LeaveZombies(ctx, probe.Orphans{Count: 1}))
	p.expectNoZombies(ctx)
	p.awaitIdle(ctx)
}
