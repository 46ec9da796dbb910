package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// stranger is a user that nobody else on the host is: with hostPID, an image that
// signals everybody must reach nobody. No seed makes it the same again, as runs beside
// each other may have one seed.
func stranger() string {
	return fmt.Sprintf("%d:%[1]d", leastStranger+rand.Int64N(1<<31-leastStranger))
}

// leastStranger is above all users of other sandboxes: those of PID-ANY-UID, and 1<<30,
// where a user namespace begins.
const leastStranger = 1_500_000_000

// runsInHostNamespaces looks at the sandboxes from outside alone: with hostPID, what a probe
// in the pod sees is the host's.
func runsInHostNamespaces(ctx context.Context, t *Trial) {
	variants := []variant{
		{"with hostNetwork", func(spec *engine.Pod) { spec.Network = engine.HostNetwork }},
		{"with hostIPC", func(spec *engine.Pod) { spec.HostIPC = true }},
		{"with hostPID", func(spec *engine.Pod) { spec.HostPIDs, spec.User = true, stranger() }},
		{"with hostNetwork, hostPID and hostIPC", func(spec *engine.Pod) {
			spec.Network, spec.HostPIDs, spec.HostIPC, spec.User = engine.HostNetwork, true, true, stranger()
		}},
	}
	var sandboxes []engine.Sandbox
	for _, variant := range variants {
		sandboxes = append(sandboxes, t.sandbox(ctx, variant.change))
	}
	t.sleepWithoutSlot(ctx, t.window())
	for i, sandbox := range sandboxes {
		t.expectRuns(ctx, sandbox, "it stays up "+variants[i].words)
		if t.Serves.Ends {
			t.expectEndOn(ctx, sandbox, term, " "+variants[i].words)
		}
	}
}

func servesEitherPIDNamespace(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	inside := t.ready(ctx, sandbox)
	outside := t.joinBy(ctx, sandbox, engine.Namespaces{Network: true, IPC: true})
	expect(must(outside.Namespace(ctx, "pid")), gomega.Not(gomega.Equal(must(inside.Namespace(ctx, "pid")))),
		"a container that does not share the sandbox's PID namespace is in another")
	expect(must(outside.Init(ctx)).Command[0], gomega.Equal(probe.Path), "the container is PID 1 of its own PID namespace")
	for _, kind := range []string{"net", "ipc"} {
		expect(must(outside.Namespace(ctx, kind)), gomega.Equal(must(inside.Namespace(ctx, kind))),
			"both containers are in one %s namespace", kind)
	}
	t.expectStays(ctx, sandbox)
}

func runsWithSysctls(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx, func(spec *engine.Pod) {
		spec.Sysctls = map[string]string{
			"kernel.shmmni": "0", "kernel.msgmni": "0", "kernel.sem": "250 32000 32 0", "fs.mqueue.queues_max": "0",
		}
	})
	t.expectStays(ctx, sandbox)
	if t.join(ctx, sandbox).MakeIPC(ctx) == nil {
		panic(notTestable{"the engine sets no sysctls: a probe can make shared memory where they forbid it"})
	}
}

func runsInUserNamespace(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx, func(spec *engine.Pod) { spec.UserNamespace = true })
	t.expectStays(ctx, sandbox)
	t.expectServes(ctx, sandbox, "with a user namespace")
}

// stopLimit is how long a runtime may take to stop a pod. The grace of those that ask a
// sandbox to end is 10 s.
const stopLimit = 3 * time.Second

func endsOnStop(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	t.askedToEnd.Store(sandbox, true)
	took := stopTime(ctx, sandbox)
	limit := stopLimit
	if t.Emulated {
		limit += t.limit()
	}
	if took > limit {
		expected := fmt.Sprintf("it ends within %s when the runtime stops the pod", limit)
		t.judgeLate(took, limit, t.control(ctx, stopTime), endAfter(took, expected))
	}
}

// stopTime is how long the sandbox takes to end when the runtime stops it.
func stopTime(ctx context.Context, sandbox engine.Sandbox) time.Duration {
	start := time.Now()
	ensure(sandbox.Stop(ctx))
	if exit := must(sandbox.Wait(ctx)); !exit.Time.IsZero() {
		return exit.Time.Sub(start)
	}
	return time.Since(start)
}

func isReplaced(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	ensure(t.signal(ctx, sandbox, kill))
	t.expectEnd(ctx, sandbox, "SIGKILL", patience)
	ensure(joined.remove(ctx)) // podman keeps a sandbox that a container has joined
	// The engine is waited for here, as for any of its answers: a busy machine makes it late.
	eventuallyWithin(ctx, t, engine.DefaultRequestTimeout, func() bool { return must(sandbox.State(ctx)).Running },
		gomega.BeFalse(), "the engine sees that a killed sandbox has ended")
	ensure(sandbox.Remove(ctx))
	t.ready(ctx, t.sandbox(ctx)).expectReaps(ctx)
}

func outlivesRuntime(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	before := t.ready(ctx, sandbox)
	process := t.expectRuns(ctx, sandbox, "it starts")
	ensure(t.engine.RestartRuntime(ctx))
	expect(t.expectRuns(ctx, sandbox, "it outlives a restart of the runtime"), gomega.Equal(process), "it outlives a restart of the runtime as the same process")
	after := t.join(ctx, sandbox)
	expect(must(after.Namespace(ctx, "pid")), gomega.Equal(must(before.Namespace(ctx, "pid"))),
		"containers from before and after the restart are in one PID namespace")
	after.expectReaps(ctx)
	if t.Serves.Ends {
		t.expectEndOn(ctx, sandbox, term, " after a restart of the runtime")
	}
}

func outlivesParent(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx, func(spec *engine.Pod) { spec.OwnParent = true })
	inside := t.ready(ctx, sandbox)
	ensure(sandbox.KillParent(ctx))
	t.expectStays(ctx, sandbox)
	inside.expectReaps(ctx)
	if t.Serves.Ends {
		t.expectEndOn(ctx, sandbox, term, " after the death of its parent")
	}
}

func isPinned(ctx context.Context, t *Trial) {
	pinned := must(t.Image.Pinned(ctx))
	if !pinned {
		panic(failure{expectation: "the runtime keeps the image from garbage collection", evidence: "it may remove the image"})
	}
}
