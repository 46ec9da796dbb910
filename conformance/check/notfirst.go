package check

import (
	"context"
	"slices"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// beside starts a sandbox in the PID namespace of another one.
func beside(ctx context.Context, t *Trial) (first, second engine.Sandbox) {
	first = t.sandbox(ctx)
	return first, t.sandbox(ctx, func(spec *engine.Pod) { spec.PIDsOf = first })
}

func notFirst(ctx context.Context, t *Trial) {
	first, second := beside(ctx, t)
	joined := t.join(ctx, first)
	t.expectStays(ctx, second)
	besidePID1 := func() []probe.Process {
		return slices.DeleteFunc(must(joined.Processes(ctx)), func(process probe.Process) bool { return process.ID == 1 })
	}
	ticks := func() (sum int64) {
		for _, process := range besidePID1() {
			sum += process.CPUTicks
		}
		return sum
	}
	before := ticks()
	sleep(ctx, idleWindow)
	expect(ticks()-before, gomega.BeNumerically("<=", idleTicks),
		"it uses at most %d clock ticks of 10 ms of CPU time in %s of idleness", idleTicks, idleWindow)
	t.expectRuns(ctx, second, "it stays up")
	t.expectEndOn(ctx, second, term, "")
	alive := func() count {
		left := slices.DeleteFunc(besidePID1(), func(process probe.Process) bool { return process.State == "Z" })
		return count{len(left), "process"}
	}
	eventually(ctx, t, alive, gomega.Equal(count{0, "process"}), "no process of it is left beside another PID 1 when it has ended")
}

func notFirstWarns(ctx context.Context, t *Trial) {
	_, second := beside(ctx, t)
	eventually(ctx, t, func() string {
		_, stderr, err := second.Output(ctx)
		return must(stderr, err)
	}, gomega.Not(gomega.BeEmpty()), "it writes a warning to standard error")
}
