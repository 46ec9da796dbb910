package check

import (
	"context"
	"fmt"

	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/probe"
)

// sharing starts a pod with a shared PID namespace, whose probe is known to see
// zombies.
func (t *Trial) sharing(ctx context.Context) pod {
	joined := t.ready(ctx, t.sandbox(ctx))
	joined.do(ctx, "Control", probe.None{})
	joined.own = map[int]bool{}
	for _, child := range joined.orphans(ctx) {
		joined.own[child.ID] = true
	}
	return joined
}

// orphans lists the children that PID 1 has been given.
func (p pod) orphans(ctx context.Context) (orphans []probe.Process) {
	for _, process := range ask[[]probe.Process](ctx, p, "Processes") {
		if process.Parent == 1 && !p.own[process.ID] {
			orphans = append(orphans, process)
		}
	}
	return orphans
}

func (p pod) leaveWaiting(ctx context.Context, orphans probe.Orphans) {
	p.do(ctx, "LeaveWaiting", orphans)
	eventually(ctx, p.t, func() int { return len(p.orphans(ctx)) }).
		Should(gomega.Equal(orphans.Count), "every orphan becomes a child of PID 1")
}

// noOrphans expects that every orphan has ended and is gone. To see no zombie says
// nothing while orphans may still be about to end.
func (p pod) noOrphans(ctx context.Context) {
	eventually(ctx, p.t, func() []probe.Process { return p.orphans(ctx) }).
		Should(none("orphan"), "no orphan is left, whatever it ended of")
}

func reapsOrphans(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: 50})
	joined.do(ctx, "Release", probe.None{})
	joined.noOrphans(ctx)
}

func reapsZombies(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.do(ctx, "LeaveZombies", probe.Orphans{Count: 10})
	joined.noZombies(ctx)
}

func reapsBurst(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: t.Size.Burst})
	joined.do(ctx, "Release", probe.None{})
	joined.noOrphans(ctx)
}

// leakedBytes is what 20,000 orphans may cost in memory: less than 16 bytes each.
const leakedBytes = 256 << 10

// between is how many orphans there are from one look for zombies to the next: where
// none is reaped, 20,000 would keep the machine busy for minutes.
const between = 1000

func reapsSteadily(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	// What the first ones cost, such as a stack or a buffer, is no leak.
	joined.do(ctx, "LeaveSteadily", probe.Orphans{Count: 100})
	joined.noZombies(ctx)
	before, files := ask[int64](ctx, joined, "InitMemory"), ask[map[int]string](ctx, joined, "InitFiles")
	for left := t.Size.Steady; left > 0; left -= between {
		joined.do(ctx, "LeaveSteadily", probe.Orphans{Count: min(left, between)})
		joined.noZombies(ctx)
	}
	t.Expect(ask[map[int]string](ctx, joined, "InitFiles")).To(gomega.HaveLen(len(files)), "it holds as many descriptors as before")
	if t.Emulated {
		t.note("memory", "not judged: it is the emulator's")
		return
	}
	grown := ask[int64](ctx, joined, "InitMemory") - before
	t.note("memory", fmt.Sprintf("%d bytes more after %d orphans", grown, t.Size.Steady))
	t.Expect(grown).To(gomega.BeNumerically("<=", leakedBytes), "it takes at most %d bytes of memory more than before", leakedBytes)
}

func reapsSignalled(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: 4, Sessions: true})
	orphans := joined.orphans(ctx)
	send := func(signal unix.Signal, orphans ...probe.Process) {
		for _, orphan := range orphans {
			joined.do(ctx, "Send", probe.Signal{Process: orphan.ID, Signal: int(signal)})
		}
	}
	stopped := func() (count int) {
		for _, orphan := range joined.orphans(ctx) {
			if orphan.State == "T" {
				count++
			}
		}
		return count
	}
	// A signal that comes before the last one was acted on may take its place.
	send(unix.SIGSTOP, orphans[1], orphans[2])
	eventually(ctx, t, stopped).Should(gomega.Equal(2), "an orphan stops on SIGSTOP")
	send(unix.SIGCONT, orphans[1])
	eventually(ctx, t, stopped).Should(gomega.Equal(1), "an orphan goes on after SIGCONT")
	send(unix.SIGKILL, orphans[:3]...)
	joined.do(ctx, "Release", probe.None{}) // the fourth ends as a daemon does
	joined.noOrphans(ctx)
}

func reapsExecuted(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	executing, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	status, err := joined.Exec(executing, []string{probe.Path, probe.LeaveOrphans})
	t.must(err)
	if status != 0 {
		t.must(fmt.Errorf("the probe that was executed in the pod exits with %d", status))
	}
	joined.noOrphans(ctx)
}

func stealsNoChild(ctx context.Context, t *Trial) {
	joined := t.ready(ctx, t.sandbox(ctx))
	statuses := []int{0, 1, 42, 127, 255}
	joined.do(ctx, "Raise", statuses)
	t.idle(ctx, 2*t.window())
	var got []int
	err := joined.Call(ctx, "Statuses", probe.None{}, &got)
	t.Expect(err).NotTo(gomega.HaveOccurred(), "a container's process can wait for its own children")
	t.Expect(got).To(gomega.Equal(statuses), "a container's process gets its own children's exit statuses")
}
