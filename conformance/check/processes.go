package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

func isPID1(ctx context.Context, t *Trial) {
	joined := t.join(ctx, t.sandbox(ctx))
	t.idle(ctx, vigil) // one that forks may take its time
	processes := ask[[]probe.Process](ctx, joined, "Processes")
	var commands []string
	for _, process := range processes {
		commands = append(commands, fmt.Sprintf("%d: %s", process.ID, strings.Join(process.Command, " ")))
	}
	t.Expect(commands).To(gomega.HaveLen(1), "the entry point is the only process of the sandbox")
	t.Expect(processes[0].ID).To(gomega.Equal(1), "the sandbox's process is PID 1")
	if t.Emulated {
		// /proc/1/exe is the emulator.
		t.Expect(processes[0].Command).To(gomega.ContainElement(t.Command[0]), "PID 1 runs the entry point")
		return
	}
	t.Expect(ask[string](ctx, joined, "InitProgram")).To(gomega.Equal(t.ProgramDigest),
		"the program of PID 1 is the image's entry point (SHA-256)")
}

func stays(ctx context.Context, t *Trial) { t.staysUp(ctx, t.sandbox(ctx)) }

// holds makes a check of a sandbox with the change that stays up. Whether it ends as
// well is not asked again: one that takes no TERM is to fail SIG-TERM, and not here.
func holds(change func(*engine.Spec)) func(context.Context, *Trial) {
	return func(ctx context.Context, t *Trial) { t.staysUp(ctx, t.sandbox(ctx, change)) }
}

func staysWithinLimits(ctx context.Context, t *Trial) {
	if !t.engine.Limits {
		panic(notTestable{"the engine has no cgroup controller for memory or for pids, and discards their limits"})
	}
	t.staysUp(ctx, t.sandbox(ctx, func(spec *engine.Spec) { spec.PIDsLimit, spec.MemoryLimit = 1, 6<<20 }))
}

// variant is a way to run a sandbox, in words that follow "it stays up".
type variant struct {
	words  string
	change func(*engine.Spec)
}

// holdAll is holds for several sandboxes, which share their waiting.
func holdAll(ctx context.Context, t *Trial, variants []variant) {
	var sandboxes []*engine.Container
	for _, variant := range variants {
		sandboxes = append(sandboxes, t.sandbox(ctx, variant.change))
	}
	t.idle(ctx, t.window())
	for i, sandbox := range sandboxes {
		t.runs(ctx, sandbox, "it stays up "+variants[i].words)
	}
}

func withAnyUID(ctx context.Context, t *Trial) {
	high := 1_000_000_000 + t.random.IntN(1_000_000_000)
	var variants []variant
	for _, id := range []int{0, 999, 65535, high} {
		user := fmt.Sprintf("%d:%[1]d", id)
		variants = append(variants, variant{"as " + user, func(spec *engine.Spec) { spec.User = user }})
	}
	holdAll(ctx, t, variants)
}

func withAnyNetwork(ctx context.Context, t *Trial) {
	holdAll(ctx, t, []variant{
		{"without a network", func(spec *engine.Spec) { spec.Network = "none" }},
		{"in the host's network namespace", func(spec *engine.Spec) { spec.Network = "host" }},
	})
}

// beside starts a sandbox in the PID namespace of another one.
func beside(ctx context.Context, t *Trial) *engine.Container {
	first := t.sandbox(ctx)
	return t.sandbox(ctx, func(spec *engine.Spec) { spec.PIDsOf = first.ID })
}

func notFirst(ctx context.Context, t *Trial) {
	second := beside(ctx, t)
	t.staysUp(ctx, second)
	t.endsOn(ctx, second, "TERM")
}

func notFirstWarns(ctx context.Context, t *Trial) {
	second := beside(ctx, t)
	eventually(ctx, t, func() string {
		_, stderr, err := second.Logs(ctx)
		t.must(err)
		return stderr
	}).ShouldNot(gomega.BeEmpty(), "it writes a warning to standard error")
}

// idleTicks in a vigil are half a percent of a processor, which a hundred sandboxes
// multiply. To be woken now and then takes less, and is PID-ASLEEP's concern.
const idleTicks = 5

func usesNoCPU(ctx context.Context, t *Trial) {
	before, after := t.leaveAlone(ctx)
	t.Expect(after.CPUTicks-before.CPUTicks).To(gomega.BeNumerically("<=", idleTicks), "it uses no CPU time to speak of while idle (clock ticks of 10 ms)")
}

func isNotWoken(ctx context.Context, t *Trial) {
	before, after := t.leaveAlone(ctx)
	t.Expect(after.Switches-before.Switches).To(gomega.BeZero(), "it is not woken while idle (context switches)")
}

// vigil is how long a sandbox is watched that nobody wants anything of. It costs
// a run nothing, for other checks go on in the meantime.
const vigil = 10 * time.Second

func (t *Trial) leaveAlone(ctx context.Context) (before, after probe.Process) {
	joined := t.join(ctx, t.sandbox(ctx))
	// One that never falls asleep has to be seen to, rather than waited for.
	t.idle(ctx, t.window())
	before = ask[probe.Process](ctx, joined, "Init")
	t.idle(ctx, vigil)
	return before, ask[probe.Process](ctx, joined, "Init")
}

func hasSmallFootprint(ctx context.Context, t *Trial) {
	joined := t.ready(ctx, t.sandbox(ctx))
	process := ask[probe.Process](ctx, joined, "Init")
	resident := ask[int64](ctx, joined, "InitMemory")
	t.note("footprint", fmt.Sprintf("%d threads, %d bytes resident", process.Threads, resident))
	if process.Threads != 1 || resident > t.Size.RSS {
		t.fail(fmt.Sprintf("it has one thread, and at most %d bytes of it are in memory", t.Size.RSS),
			fmt.Sprintf("%d threads, %d bytes", process.Threads, resident))
	}
}

func isQuiet(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	t.idle(ctx, vigil)
	stdout, stderr, err := sandbox.Logs(ctx)
	t.must(err)
	t.Expect(stdout+stderr).To(gomega.BeEmpty(), "it writes nothing while it waits")
	for descriptor, file := range ask[map[int]string](ctx, joined, "InitFiles") {
		t.Expect(descriptor).To(gomega.BeNumerically("<=", 2), "it holds no descriptor but 0 to 2 (%s)", file)
	}
}

func tellsVersion(ctx context.Context, t *Trial) {
	for _, user := range []string{t.User, "999:999"} {
		asked := t.sandbox(ctx, func(spec *engine.Spec) {
			spec.Cmd, spec.User = []string{"-v"}, user
		})
		status := t.ends(ctx, asked, "-v", patience)
		stdout, _, err := asked.Logs(ctx)
		t.must(err)
		t.exits(status, "with -v it exits with 0")
		t.Expect(strings.Count(stdout, "\n")).To(gomega.Equal(1), "with -v it prints one line (%q)", stdout)
		t.Expect(strings.TrimSpace(stdout)).NotTo(gomega.BeEmpty(), "the line that -v prints is not empty")
	}
}
