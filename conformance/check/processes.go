package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

func isPID1(ctx context.Context, t *Trial) {
	p := t.join(ctx, t.sandbox(ctx))
	t.sleepWithoutSlot(ctx, idleWindow) // one that forks may take its time
	processes := must(p.Processes(ctx))
	var commands []string
	for _, process := range processes {
		commands = append(commands, fmt.Sprintf("%d: %s", process.ID, strings.Join(process.Command, " ")))
	}
	expect(commands, gomega.HaveLen(1), "the entry point is the only process of the sandbox")
	expect(processes[0].ID, gomega.Equal(1), "the sandbox's process is PID 1")
	if t.Emulated {
		// /proc/1/exe is the emulator.
		expect(processes[0].Command, gomega.ContainElement(t.Command[0]), "PID 1 runs the entry point")
		return
	}
	expect(must(p.InitProgram(ctx)), gomega.Equal(t.ProgramDigest),
		"the program of PID 1 is the image's entry point, with the SHA-256 %s", t.ProgramDigest)
}

// stays is the gate, which also finds out what the variants of the setting compare with.
func stays(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.expectStays(ctx, sandbox)
	t.Serves = Serves{Reaps: true, Ends: true}
	t.Serves.Reaps = t.holds(ctx, func() { t.ready(ctx, sandbox).expectReaps(ctx) })
	if !must(sandbox.State(ctx)).Running {
		sandbox = t.sandbox(ctx)
	}
	t.Serves.Ends = t.holds(ctx, func() {
		t.ready(ctx, sandbox)
		t.expectEndOn(ctx, sandbox, term, "")
	})
}

// holds tells whether the expectation holds. What the suite or the engine cannot do says
// nothing against it, unless the sandbox has ended.
func (t *Trial) holds(ctx context.Context, expectation func()) (holds bool) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case failure:
			holds = false
		case suiteError:
			_, ended := t.unaskedEnd(ctx)
			holds = !ended
		default:
			panic(end)
		}
	}()
	expectation()
	return true
}

// expectServes expects that the sandbox reaps and ends on SIGTERM as in its usual setting.
func (t *Trial) expectServes(ctx context.Context, sandbox engine.Sandbox, words string) {
	t.expectRuns(ctx, sandbox, "it stays up "+words)
	t.ready(ctx, sandbox).expectReaps(ctx)
	if t.Serves.Ends {
		t.expectEndOn(ctx, sandbox, term, " "+words)
	}
}

// staysReadOnly and staysUnprivileged change one thing of the mildest setting, so that
// each fails for its own reason alone.
func staysReadOnly(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{{"on a read-only root file system", Setting{Privileges: true}.apply}})
}

func staysUnprivileged(ctx context.Context, t *Trial) {
	t.expectVariants(ctx, []variant{{"without capabilities and new privileges", Setting{WritableRoot: true}.apply}})
}

func ignoresArguments(ctx context.Context, t *Trial) {
	t.expectStays(ctx, t.sandbox(ctx, func(spec *engine.Pod) { spec.Arguments = []string{"--unknown", "argument", "-x"} }))
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
	high := 500_000_000 + t.random.IntN(500_000_000) // no stranger's
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

func isQuiet(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	p := t.ready(ctx, sandbox)
	text := t.outputBeside(ctx, sandbox)
	t.sleepWithoutSlot(ctx, t.window())
	warning := text()
	t.sleepWithoutSlot(ctx, idleWindow)
	expect(text(), gomega.Equal(warning), "beside another PID 1 it writes nothing while it waits")
	for descriptor, file := range must(p.InitFiles(ctx)) {
		expect(descriptor, gomega.BeNumerically("<=", 2), "it holds no descriptor but 0 to 2 (%s)", file)
	}
	stdout, stderr, err := sandbox.Output(ctx)
	expect(must(stdout+stderr, err), gomega.BeEmpty(), "it writes nothing while it waits")
	if _, last, whole := t.last(ctx); whole {
		expect(last.output, gomega.BeEmpty(), "it writes nothing while it is used, and afterwards")
	}
}

// outputBeside starts a sandbox beside the PID 1 of another, and returns a function that
// reads what it has written. Where there is no such sandbox, it has written nothing: that it
// runs is PID-NOT-FIRST.
func (t *Trial) outputBeside(ctx context.Context, first engine.Sandbox) (written func() string) {
	spec := t.spec()
	spec.PIDsOf = first
	second, err := t.Image.Start(ctx, spec)
	if engine.Lost(err) {
		ensure(err)
	}
	if err != nil {
		return func() string { return "" }
	}
	t.sandboxes = append(t.sandboxes, second)
	t.askedToEnd.Store(second, true)
	return func() string {
		stdout, stderr, err := second.Output(ctx)
		return must(stdout+stderr, err)
	}
}

func tellsVersion(ctx context.Context, t *Trial) {
	for _, user := range []string{t.User, "999:999"} {
		sandbox := t.sandbox(ctx, func(spec *engine.Pod) {
			spec.Arguments, spec.User = []string{"-v"}, user
		})
		status := t.expectEnd(ctx, sandbox, "-v", patience)
		stdout, _, err := sandbox.Output(ctx)
		ensure(err)
		expectStatus(status, "with -v it exits with 0")
		expect(strings.Count(stdout, "\n"), gomega.Equal(1), "with -v it prints one line (%q)", stdout)
		expect(strings.TrimSpace(stdout), gomega.Not(gomega.BeEmpty()), "the line that -v prints is not empty")
	}
}
