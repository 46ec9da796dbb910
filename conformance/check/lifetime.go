package check

import (
	"context"

	"github.com/onsi/gomega"
)

func servesLong(ctx context.Context, t *Trial) {
	life := t.await(ctx)
	if life.early != nil {
		t.blame(life)
	}
	t.evidence = append(t.evidence, life.trial.evidence...)
	life.trial.Serves = t.Serves
	joined := life.trial.probes[0]
	life.trial.expectRuns(ctx, joined.sandbox, "it stays up while it is used, and afterwards")
	joined.expectReaps(ctx)
	if t.Serves.Ends {
		life.trial.expectEndOn(ctx, joined.sandbox, term, " after a long life")
	}
}

// blame ends the check as the life has ended.
func (t *Trial) blame(life *Life) {
	t.sandboxes, t.probes = append(t.sandboxes, life.trial.sandboxes...), append(t.probes, life.trial.probes...)
	panic(life.early)
}

// last returns how the life's sandbox was in the end. Where it has ended early, LIFE-SERVES
// says so, and nothing else does.
func (t *Trial) last(ctx context.Context) (first, last aspect, whole bool) {
	life := t.await(ctx)
	return life.first, life.last, life.early == nil
}

// leavesNothing looks at the namespaces of a pod. An engine with one pod for all sandboxes
// refuses this one: it cannot tell who has left what.
func leavesNothing(ctx context.Context, t *Trial) {
	t.sandbox(ctx)
	first, last, whole := t.last(ctx)
	if !whole {
		panic(notTestable{"the sandbox has ended before, see LIFE-SERVES"})
	}
	expect(last.gained(first), gomega.BeEmpty(), "after it was used it holds nothing that it did not hold at its start")
	if t.Emulated {
		t.note("memory", "not judged: it is the emulator's")
		return
	}
	expect(last.memory-first.memory, gomega.BeNumerically("<=", leakedBytes),
		"after it was used it takes at most %d bytes of memory more than at its start", leakedBytes)
}
