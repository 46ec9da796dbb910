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
	ensure(joined.SelfTest(ctx))
	joined.own = map[int]bool{}
	for _, child := range joined.orphans(ctx) {
		joined.own[child.ID] = true
	}
	return joined
}

// orphans lists the children that PID 1 has been given.
func (p pod) orphans(ctx context.Context) (orphans []probe.Process) {
	for _, process := range must(p.Processes(ctx)) {
		if process.Parent == 1 && !p.own[process.ID] {
			orphans = append(orphans, process)
		}
	}
	return orphans
}

func (p pod) leaveWaiting(ctx context.Context, orphans probe.Orphans) {
	ensure(p.LeaveWaiting(ctx, orphans))
	eventually(ctx, p.t, func() count { return count{len(p.orphans(ctx)), "orphan"} },
		gomega.Equal(count{orphans.Count, "orphan"}), "each of %d orphans becomes a child of PID 1", orphans.Count)
}

// expectNoOrphans expects that every orphan has ended and is gone. To see no zombie says
// nothing while orphans may still be about to end.
func (p pod) expectNoOrphans(ctx context.Context) {
	eventually(ctx, p.t, func() count { return count{len(p.orphans(ctx)), "orphan"} },
		gomega.Equal(count{0, "orphan"}), "no orphan is left, whatever it ended of")
}

func reapsOrphans(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: 50})
	ensure(joined.Release(ctx))
	joined.expectNoOrphans(ctx)
}

func reapsZombies(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	ensure(joined.LeaveZombies(ctx, probe.Orphans{Count: 10}))
	joined.expectNoZombies(ctx)
}

func reapsBurst(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: t.Size.Burst})
	ensure(joined.Release(ctx))
	joined.expectNoOrphans(ctx)
}

// leakedBytes is what 20,000 orphans may cost in memory: less than 16 bytes each.
const leakedBytes = 256 << 10

// perLook is how many orphans there are from one look for zombies to the next: where
// none is reaped, 20,000 would keep the machine busy for minutes.
const perLook = 1000

func reapsSteadily(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	// What the first ones cost, such as a stack or a buffer, is no leak.
	ensure(joined.LeaveSteadily(ctx, probe.Orphans{Count: 100}))
	joined.expectNoZombies(ctx)
	before, files := must(joined.InitMemory(ctx)), must(joined.InitFiles(ctx))
	for left := t.Size.Steady; left > 0; left -= perLook {
		ensure(joined.LeaveSteadily(ctx, probe.Orphans{Count: min(left, perLook)}))
		joined.expectNoZombies(ctx)
	}
	expect(must(joined.InitFiles(ctx)), gomega.HaveLen(len(files)), "it holds as many descriptors as before, which is %d", len(files))
	if t.Emulated {
		t.note("memory", "not judged: it is the emulator's")
		return
	}
	grown := must(joined.InitMemory(ctx)) - before
	t.note("memory", fmt.Sprintf("%d bytes more after %d orphans", grown, t.Size.Steady))
	expect(grown, gomega.BeNumerically("<=", leakedBytes), "it takes at most %d bytes of memory more than before", leakedBytes)
}

func reapsSignalled(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	joined.leaveWaiting(ctx, probe.Orphans{Count: 4, Sessions: true})
	orphans := joined.orphans(ctx)
	send := func(signal unix.Signal, orphans ...probe.Process) {
		for _, orphan := range orphans {
			ensure(joined.Send(ctx, probe.Signal{Process: orphan.ID, Signal: int(signal)}))
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
	eventually(ctx, t, stopped, gomega.Equal(2), "an orphan stops on SIGSTOP")
	send(unix.SIGCONT, orphans[1])
	eventually(ctx, t, stopped, gomega.Equal(1), "an orphan goes on after SIGCONT")
	send(unix.SIGKILL, orphans[:3]...)
	ensure(joined.Release(ctx)) // the fourth ends as a daemon does
	joined.expectNoOrphans(ctx)
}

func reapsExecuted(ctx context.Context, t *Trial) {
	joined := t.sharing(ctx)
	executing, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	status := must(joined.container.Exec(executing, []string{probe.Path, probe.LeaveOrphans}))
	if status != 0 {
		ensure(fmt.Errorf("the probe that was executed in the pod exits with %d", status))
	}
	joined.expectNoOrphans(ctx)
}

func stealsNoChild(ctx context.Context, t *Trial) {
	joined := t.ready(ctx, t.sandbox(ctx))
	statuses := []int{0, 1, 42, 127, 255}
	ensure(joined.StartChildren(ctx, statuses))
	t.sleepWithoutSlot(ctx, 2*t.window())
	got, err := joined.Statuses(ctx)
	expect(err, gomega.BeNil(), "a container's process can wait for its own children")
	expect(got, gomega.Equal(statuses), "a container's process gets its own children's exit statuses %v", statuses)
}
