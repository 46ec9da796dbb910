package check

import (
	"context"
	"errors"
	"slices"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// leavesOthersAlone looks at sandboxes that run as root, who may signal whomever it likes:
// one is PID 1 of its own namespace, the other is in another's, as in a hostPID pod.
func leavesOthersAlone(ctx context.Context, t *Trial) {
	other := t.sandbox(ctx)
	own := t.asRoot(ctx, func(*engine.Pod) {})
	second := t.asRoot(ctx, func(spec *engine.Pod) { spec.PIDsOf = other })
	t.sleepWithoutSlot(ctx, t.window())
	t.excuse(ctx, own, "it does not run as root, see PID-ANY-UID")
	t.excuse(ctx, second, "it does not run beside another PID 1, see PID-NOT-FIRST")

	p, witness := t.ready(ctx, own), t.ready(ctx, other)
	p.own = p.childrenOfInit(ctx)
	const orphans = 5
	bystander := p.leaveBeside(ctx, orphans)
	ensure(witness.StartChildren(ctx, []int{7}))
	t.signalEach(ctx, p)
	sleep(ctx, t.window())
	alive := slices.DeleteFunc(p.orphans(ctx), func(orphan probe.Process) bool { return orphan.State == "Z" })
	expect(count{len(alive), "live orphan"}, gomega.Equal(count{orphans, "live orphan"}), "each of %d live orphans lives on", orphans)
	goesOn := func(orphan probe.Process) bool { return (orphan.ID == bystander) != (orphan.State == "T") }
	expect(slices.ContainsFunc(alive, goesOn), gomega.BeFalse(), "an orphan that is stopped stays so, and no other is stopped")
	if !t.Serves.Ends {
		return
	}
	t.expectEndOn(ctx, own, term, " beside live orphans, as root")
	if exit, ended := endOf(ctx, p.container); ended && exit.Status != engine.UnknownStatus {
		expect(exit.Status, gomega.Equal(128+int(kill)), "the kernel's SIGKILL ends the other processes, and no signal of the sandbox before")
	}
	t.expectEndOn(ctx, second, term, " beside another PID 1")
	sleep(ctx, 5*pollEach)
	t.expectRuns(ctx, other, "the other PID 1 of its PID namespace runs on when it ends")
	expect(must(witness.Statuses(ctx)), gomega.Equal([]int{7}), "the processes of containers live on when it ends beside them")
}

// signalEach sends every signal that a sandbox has to survive. Whether it does is the
// concern of SIG-SURVIVES.
func (t *Trial) signalEach(ctx context.Context, p pod) {
	if t.Emulated {
		return
	}
	t.askedToEnd.Store(p.sandbox, true)
	err := p.SendRounds(ctx, probe.Rounds{Process: 1, Count: 2, Signals: numbers(survivable())})
	ending, cancel := context.WithTimeout(ctx, t.window())
	defer cancel()
	if _, waitErr := p.sandbox.Wait(ending); waitErr == nil {
		panic(notTestable{"a signal ends it, see SIG-SURVIVES"})
	}
	t.askedToEnd.Delete(p.sandbox)
	ensure(err)
}

// asRoot starts a sandbox whose end, for a while, is no failure.
func (t *Trial) asRoot(ctx context.Context, change func(*engine.Pod)) engine.Sandbox {
	spec := t.spec()
	spec.User = "0:0"
	change(&spec)
	sandbox, err := t.startExcused(ctx, spec)
	if errors.As(err, new(*engine.StartError)) {
		panic(notTestable{"it does not start as root, see PID-ANY-UID"})
	}
	ensure(err)
	return sandbox
}

// asUserOfProbe starts a sandbox as root, or as the image's user where it does not bear that,
// for which PID-ANY-UID blames it.
func (t *Trial) asUserOfProbe(ctx context.Context) engine.Sandbox {
	spec := t.spec()
	spec.User = "0:0"
	sandbox, err := t.startExcused(ctx, spec)
	if err == nil {
		sleep(ctx, t.window()/2)
		if must(sandbox.State(ctx)).Running {
			t.askedToEnd.Delete(sandbox)
			return sandbox
		}
	} else if !errors.As(err, new(*engine.StartError)) {
		ensure(err)
	}
	return t.sandbox(ctx)
}

// excuse ends the check where the sandbox has ended, for which another
// requirement blames it.
func (t *Trial) excuse(ctx context.Context, sandbox engine.Sandbox, reason string) {
	if !must(sandbox.State(ctx)).Running {
		panic(notTestable{reason})
	}
	t.askedToEnd.Delete(sandbox)
}
