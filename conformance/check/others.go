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

	joined, witness := t.ready(ctx, own), t.ready(ctx, other)
	joined.own = joined.childrenOfInit(ctx)
	const orphans = 5
	joined.leaveWaiting(ctx, probe.Orphans{Count: orphans})
	ensure(joined.LeaveZombies(ctx, probe.Orphans{Count: 1}))
	ensure(witness.StartChildren(ctx, []int{7}))
	sleep(ctx, 2*t.window())
	alive := slices.DeleteFunc(joined.orphans(ctx), func(orphan probe.Process) bool { return orphan.State == "Z" })
	expect(count{len(alive), "live orphan"}, gomega.Equal(count{orphans, "live orphan"}), "each of %d live orphans lives on", orphans)
	if !t.Serves.Ends {
		return
	}
	t.expectEndOn(ctx, second, term, " beside another PID 1")
	sleep(ctx, 5*pollEach)
	t.expectRuns(ctx, other, "the other PID 1 of its PID namespace runs on when it ends")
	expect(must(witness.Statuses(ctx)), gomega.Equal([]int{7}), "the processes of containers live on when it ends beside them")
}

// asRoot starts a sandbox whose end, for a while, is no failure.
func (t *Trial) asRoot(ctx context.Context, change func(*engine.Pod)) engine.Sandbox {
	spec := t.spec()
	spec.User = "0:0"
	change(&spec)
	sandbox, err := t.Image.Start(ctx, spec)
	if errors.As(err, new(*engine.StartError)) {
		panic(notTestable{"it does not start as root, see PID-ANY-UID"})
	}
	ensure(err)
	t.sandboxes = append(t.sandboxes, sandbox)
	t.askedToEnd.Store(sandbox, true)
	return sandbox
}

// excuse ends the check where the sandbox has ended, for which another
// requirement blames it.
func (t *Trial) excuse(ctx context.Context, sandbox engine.Sandbox, reason string) {
	if !must(sandbox.State(ctx)).Running {
		panic(notTestable{reason})
	}
	t.askedToEnd.Delete(sandbox)
}
