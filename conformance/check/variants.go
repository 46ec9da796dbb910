package check

import (
	"context"
	"fmt"

	"github.com/podsandbox/pause/conformance/engine"
)

// staysReadOnly and staysUnprivileged change one thing of the mildest setting, so that
// each fails for its own reason alone.
func staysReadOnly(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{{"on a read-only root file system", Setting{Privileges: true}.apply}})
}

func staysUnprivileged(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{{"without capabilities and new privileges", Setting{WritableRoot: true}.apply}})
}

func ignoresArguments(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{
		{"with unknown options", func(spec *engine.Pod) { spec.Arguments = []string{"--unknown", "argument", "-x"} }},
		{"with a word as its argument", func(spec *engine.Pod) { spec.Arguments = []string{"argument"} }},
	})
}

// staysWithinLimits tries more than once: runc's own threads, which come before the program,
// count for the pids limit too, and are more on a busy machine.
func staysWithinLimits(ctx context.Context, t *Trial) {
	const words = "with a pids limit of 1 and a memory limit of 6 MiB"
	start := func() engine.Sandbox {
		sandbox := t.sandbox(ctx, func(spec *engine.Pod) { spec.PIDsLimit, spec.MemoryLimit = 1, 6<<20 })
		t.sleepWithoutSlot(ctx, t.window())
		return sandbox
	}
	for range 2 {
		var sandbox engine.Sandbox
		if t.holds(ctx, func() { sandbox = start() }) && sandbox != nil && must(sandbox.State(ctx)).Running {
			t.expectServes(ctx, sandbox, words)
			return
		}
	}
	t.expectServes(ctx, start(), words)
}

// variant is a way to run a sandbox, in words that follow "it stays up".
type variant struct {
	words  string
	change func(*engine.Pod)
}

// expectVariants runs a sandbox in each way, side by side: they share their waiting.
func (t *Trial) expectVariants(ctx context.Context, variants []variant) {
	sandboxes := make([]engine.Sandbox, len(variants))
	sideBySide(len(variants), func(i int) { sandboxes[i] = t.sandbox(ctx, variants[i].change) })
	t.sleepWithoutSlot(ctx, t.window())
	sideBySide(len(variants), func(i int) { t.expectServes(ctx, sandboxes[i], variants[i].words) })
}

func withAnyUID(ctx context.Context, t *Trial) {
	high := 500_000_000 + t.random.IntN(500_000_000)
	var variants []variant
	for _, user := range []string{
		"0:0", "999:999", "65535:65535", fmt.Sprintf("%d:%[1]d", high),
		"1000:0", fmt.Sprintf("0:%d", high), // OpenShift's usual pair, and the reverse
	} {
		variants = append(variants, variant{"as " + user, func(spec *engine.Pod) { spec.User = user }})
	}
	t.expectVariants(ctx, variants)
}

func withAnyNetwork(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{
		{"without a network", func(spec *engine.Pod) { spec.Network = engine.NoNetwork }},
		{"in the host's network namespace", func(spec *engine.Pod) { spec.Network = engine.HostNetwork }},
	})
}
