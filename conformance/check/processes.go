package check

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
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
	if t.ProgramDigest == "" {
		panic(notTestable{"the suite could not read the entry point in the layers, see IMG-UNPACKS and IMG-ENTRYPOINT"})
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
	second, err := t.startExcused(ctx, spec)
	if engine.Lost(err) {
		ensure(err)
	}
	if err != nil {
		return func() string { return "" }
	}
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
