package check

import (
	"context"

	"github.com/onsi/gomega"
)

func servesLong(ctx context.Context, t *Trial) {
	life := t.await(ctx)
	if life.early != nil {
		t.endAs(life, life.early)
	}
	t.evidence = append(t.evidence, life.trial.evidence...)
	life.serve(ctx)
	if life.failure != nil {
		t.endAs(life, life.failure)
	}
}

// serve lets the sandbox reap and end once more. Whoever asks first waits for it, and all
// see the same.
func (l *Life) serve(ctx context.Context) {
	l.serving.Do(func() {
		defer func() { l.failure = recover() }()
		p := l.trial.probes[0]
		l.trial.expectRuns(ctx, p.sandbox, "it stays up while it is used, and afterwards")
		p.expectReaps(ctx)
		if l.trial.Serves.Ends {
			l.status = l.trial.expectEndOn(ctx, p.sandbox, term, " after a long life")
		}
	})
}

// endAs ends the check as the life has ended, whose sandbox is looked at for the reason.
func (t *Trial) endAs(life *Life, end any) {
	t.sandboxes, t.probes = append(t.sandboxes, life.trial.sandboxes...), append(t.probes, life.trial.probes...)
	life.trial.askedToEnd.Range(func(sandbox, _ any) bool { t.askedToEnd.Store(sandbox, true); return true })
	panic(end)
}

// expectLastStatus expects that the sandbox of the life ends with 0, where it ends as it should.
func (t *Trial) expectLastStatus(ctx context.Context) {
	life := t.await(ctx)
	if life.early != nil {
		return
	}
	if life.serve(ctx); life.failure == nil {
		expectStatus(life.status, "a sandbox that SIGTERM ends after a long life exits with 0")
	}
}

// last returns how the life's sandbox was in the end. Where it has ended early, LIFE-SERVES
// says so, and nothing else does.
func (t *Trial) last(ctx context.Context) (first, last aspect, whole bool) {
	life := t.await(ctx)
	return life.first, life.last, life.early == nil
}

// leakedThreads are what a language's runtime may start late, once: hundreds of orphans and
// signals come meanwhile.
const leakedThreads = 8

// leavesNothing looks at the namespaces of a pod. An engine with one pod for all sandboxes
// refuses this one: it cannot tell who has left what.
func leavesNothing(ctx context.Context, t *Trial) {
	t.sandbox(ctx)
	first, last, whole := t.last(ctx)
	if !whole {
		panic(notTestable{"the sandbox has ended before, see LIFE-SERVES"})
	}
	expect(first.objects(), gomega.BeEmpty(), "at its start the pod has no shared memory, semaphores and message queues")
	expect(last.additions(first), gomega.BeEmpty(), "after it was used it holds nothing that it did not hold at its start")
	if t.Emulated {
		t.note("memory and threads", "not judged: they are the emulator's")
		return
	}
	expect(last.init.Threads-first.init.Threads, gomega.BeNumerically("<=", leakedThreads),
		"after it was used it has at most %d threads more than at its start", leakedThreads)
	expect(last.memory-first.memory, gomega.BeNumerically("<=", leakedBytes),
		"after it was used it takes at most %d bytes of memory more than at its start", leakedBytes)
}
