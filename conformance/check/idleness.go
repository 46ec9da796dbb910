package check

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/probe"
)

// idleTicks in an idleWindow are half a percent of a processor, which a hundred
// sandboxes multiply. To be woken now and then takes less, and is PID-ASLEEP's concern.
const idleTicks = 5

func usesNoCPU(ctx context.Context, t *Trial) {
	before, after := t.leaveAlone(ctx)
	expect(after.CPUTicks-before.CPUTicks, gomega.BeNumerically("<=", idleTicks),
		"it uses at most %d clock ticks of 10 ms of CPU time in %s of idleness", idleTicks, idleWindow)
	if _, last, whole := t.last(ctx); whole {
		expect(last.ticks, gomega.BeNumerically("<=", idleTicks),
			"after it was used, it uses at most %d clock ticks of 10 ms of CPU time in %s of idleness", idleTicks, idleWindow)
	}
}

func isNotWoken(ctx context.Context, t *Trial) {
	before, after := t.leaveAlone(ctx)
	expect(after.Switches-before.Switches, gomega.BeZero(), "it is not woken while idle: no context switch in %s", idleWindow)
	if _, last, whole := t.last(ctx); whole {
		expect(last.switches, gomega.BeZero(), "after it was used, it is not woken while idle: no context switch in %s", idleWindow)
	}
}

// idleWindow is how long a sandbox is left alone and then looked at again. It costs a
// run nothing, for other checks go on in the meantime.
const idleWindow = 10 * time.Second

func (t *Trial) leaveAlone(ctx context.Context) (before, after probe.Process) {
	p := t.join(ctx, t.sandbox(ctx))
	// A program that never falls asleep cannot be waited for.
	t.sleepWithoutSlot(ctx, t.window())
	before = must(p.Init(ctx))
	t.sleepWithoutSlot(ctx, idleWindow)
	return before, must(p.Init(ctx))
}

func hasSmallFootprint(ctx context.Context, t *Trial) {
	joined := t.ready(ctx, t.sandbox(ctx))
	process := must(joined.Init(ctx))
	resident := must(joined.InitMemory(ctx))
	t.note("footprint", fmt.Sprintf("%d threads, %d bytes resident", process.Threads, resident))
	if process.Threads != 1 || resident > t.Size.RSS {
		panic(failure{
			expectation: fmt.Sprintf("it has one thread, and at most %d bytes of it are in memory", t.Size.RSS),
			evidence:    fmt.Sprintf("%v, %d bytes", count{process.Threads, "thread"}, resident),
		})
	}
}
