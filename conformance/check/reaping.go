package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/probe"
)

// sharing starts a pod with a shared PID namespace, whose probe is known to see
// zombies.
func (t *Trial) sharing(ctx context.Context) pod {
	joined := t.ready(ctx, t.sandbox(ctx))
	ensure(joined.SelfTest(ctx))
	joined.own = joined.childrenOfInit(ctx)
	return joined
}

// childrenOfInit are the children of PID 1, by their ids.
func (p pod) childrenOfInit(ctx context.Context) map[int]bool {
	children := map[int]bool{}
	p.own = nil
	for _, child := range p.orphans(ctx) {
		children[child.ID] = true
	}
	return children
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

// leaveBeside leaves what a pod has after some time: live orphans, of which the first is
// stopped, and others that have ended, so that the sandbox has had a SIGCHLD
// since. It returns the id of the stopped one.
func (p pod) leaveBeside(ctx context.Context, count int) (bystander int) {
	p.leaveWaiting(ctx, probe.Orphans{Count: count, Ends: []int{3}})
	bystander = p.orphans(ctx)[0].ID
	ensure(p.Send(ctx, probe.Signal{Process: bystander, Signal: int(unix.SIGSTOP)}))
	ensure(p.LeaveZombies(ctx, probe.Orphans{Count: 2, Ends: []int{3}}))
	eventually(ctx, p.t, func() bool {
		return slices.ContainsFunc(p.orphans(ctx), func(orphan probe.Process) bool { return orphan.ID == bystander && orphan.State == "T" })
	}, gomega.BeTrue(), "an orphan stops on SIGSTOP")
	p.t.settle(ctx, p) // the sandbox has had its turn
	return bystander
}

// expectNoOrphans expects that every orphan has ended and is gone, and that the sandbox
// runs on. To see no zombie says nothing while orphans may still be about to end.
func (p pod) expectNoOrphans(ctx context.Context) {
	p.expectNone(ctx, "orphan", "no orphan is left, whatever it ended of,", p.orphans)
	p.awaitIdle(ctx)
}

func reapsOrphans(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	for range rounds {
		p.leaveWaiting(ctx, probe.Orphans{Count: 50})
		ensure(p.Release(ctx))
		p.expectNoOrphans(ctx)
	}
}

func reapsZombies(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	for _, count := range []int{1, 10, 500} {
		ensure(p.LeaveZombies(ctx, probe.Orphans{Count: count}))
		p.expectNoZombies(ctx)
		p.awaitIdle(ctx)
	}
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
const perLook = 250

// leastSteady is how many orphans a slow machine has to come to in its share of the time.
const leastSteady = 2000

func reapsSteadily(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	// What the first ones cost, such as a stack or a buffer, is no leak.
	ensure(p.LeaveSteadily(ctx, probe.Orphans{Count: 100}))
	p.expectNoZombies(ctx)
	before, files := must(p.InitMemory(ctx)), must(p.InitFiles(ctx))
	orphans, begin := 0, time.Now()
	for ; orphans < t.Size.Steady && time.Since(begin) < t.Timeout/2; orphans += perLook {
		ensure(p.LeaveSteadily(ctx, probe.Orphans{Count: min(t.Size.Steady-orphans, perLook)}))
		p.expectNoZombies(ctx)
	}
	t.note("orphans", fmt.Sprintf("%d in %s", orphans, time.Since(begin).Round(time.Second)))
	if orphans < min(t.Size.Steady, leastSteady) {
		panic(notTestable{fmt.Sprintf("the machine came to %d orphans in half of --timeout, and the least is %d", orphans, leastSteady)})
	}
	expect(must(p.InitFiles(ctx)), gomega.HaveLen(len(files)), "it holds as many descriptors as before, which is %d", len(files))
	p.awaitIdle(ctx)
	if t.Emulated {
		t.note("memory", "not judged: it is the emulator's")
		return
	}
	grown := must(p.InitMemory(ctx)) - before
	t.note("memory", fmt.Sprintf("%d bytes more after %d orphans", grown, orphans))
	expect(grown, gomega.BeNumerically("<=", leakedBytes), "it takes at most %d bytes of memory more than before", leakedBytes)
	if t.Serves.Ends {
		t.expectEndOn(ctx, p.sandbox, term, fmt.Sprintf(" after %d orphans", orphans))
	}
}

func reapsSignalled(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	p.leaveWaiting(ctx, probe.Orphans{Count: 4, Sessions: true})
	orphans := p.orphans(ctx)
	send := func(signal unix.Signal, orphans ...probe.Process) {
		for _, orphan := range orphans {
			ensure(p.Send(ctx, probe.Signal{Process: orphan.ID, Signal: int(signal)}))
		}
	}
	stoppedOrphans := func() (count int) {
		for _, orphan := range p.orphans(ctx) {
			if orphan.State == "T" {
				count++
			}
		}
		return count
	}
	// A signal that comes before the last one was acted on may take its place.
	send(unix.SIGSTOP, orphans[1], orphans[2])
	eventually(ctx, t, stoppedOrphans, gomega.Equal(2), "an orphan stops on SIGSTOP")
	send(unix.SIGCONT, orphans[1])
	eventually(ctx, t, stoppedOrphans, gomega.Equal(1), "an orphan goes on after SIGCONT")
	// A stopped orphan must not hide those that end, nor those that end after the sandbox has
	// seen it: one that waits for it to end may reap before it what had ended already.
	gone := func(ended ...probe.Process) {
		p.expectNone(ctx, "orphan", "no orphan is left beside a stopped one", func(ctx context.Context) []probe.Process {
			return slices.DeleteFunc(p.orphans(ctx), func(orphan probe.Process) bool {
				return !slices.ContainsFunc(ended, func(end probe.Process) bool { return end.ID == orphan.ID })
			})
		})
	}
	send(unix.SIGKILL, orphans[:2]...)
	gone(orphans[:2]...)
	ensure(p.Release(ctx)) // the fourth ends as a daemon does
	gone(orphans[3])
	send(unix.SIGKILL, orphans[2])
	p.expectNoOrphans(ctx)
	for _, signal := range []unix.Signal{
		unix.SIGSEGV, unix.SIGABRT, unix.SIGBUS, unix.SIGILL, unix.SIGFPE, unix.SIGHUP, unix.SIGPIPE, unix.SIGTERM, 34, 64,
	} {
		p.leaveWaiting(ctx, probe.Orphans{Count: 5, Ends: []int{-int(signal)}})
		ensure(p.Release(ctx))
		p.expectNone(ctx, "orphan", fmt.Sprintf("no orphan that signal %d ends is left", signal), p.orphans)
	}
	p.awaitIdle(ctx)
	p.expectReapsWhatWaits(ctx)
}

// expectReapsWhatWaits stops the sandbox meanwhile: what happens to its orphans then is one
// SIGCHLD to it. Each other one is stopped, as they come in no certain order.
func (p pod) expectReapsWhatWaits(ctx context.Context) {
	p.leaveWaiting(ctx, probe.Orphans{Count: 10})
	orphans, stopped := p.orphans(ctx), map[int]bool{}
	p.expectStops(ctx)
	for i, orphan := range orphans {
		signal := unix.SIGKILL
		if i%2 == 0 {
			signal, stopped[orphan.ID] = unix.SIGSTOP, true
		}
		ensure(p.Send(ctx, probe.Signal{Process: orphan.ID, Signal: int(signal)}))
	}
	p.t.askedToEnd.Store(p.sandbox, true)
	ensure(p.sandbox.Signal(ctx, unix.SIGCONT))
	sleep(ctx, p.t.window()/2)
	p.t.excuse(ctx, p.sandbox, "it ends when it goes on, see SIG-STOP-CONT")
	p.expectNone(ctx, "orphan", "no orphan is left beside stopped ones", func(ctx context.Context) []probe.Process {
		return slices.DeleteFunc(p.orphans(ctx), func(orphan probe.Process) bool { return stopped[orphan.ID] })
	})
	for id := range stopped {
		ensure(p.Send(ctx, probe.Signal{Process: id, Signal: int(unix.SIGKILL)}))
	}
	ensure(p.Release(ctx))
	p.expectNoOrphans(ctx)
}

// highIDs are beyond what 15 and 16 bits hold.
var highIDs = []int{32_768, 40_000, 65_536, 70_000, 100_000}

func reapsHighIDs(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	orphans := probe.Orphans{Count: len(highIDs), IDs: highIDs}
	if err := p.LeaveWaiting(ctx, orphans); err != nil {
		// The id of a process is the suite's to choose with CAP_SYS_ADMIN alone, and below
		// the PID namespace's kernel.pid_max.
		if strings.Contains(err.Error(), "cannot fork") {
			panic(notTestable{"processes cannot be given ids beyond 65,536 here: " + err.Error()})
		}
		ensure(err)
	}
	ensure(p.Release(ctx))
	p.expectNoOrphans(ctx)
}

func reapsExecuted(ctx context.Context, t *Trial) {
	p := t.sharing(ctx)
	executing, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	status := must(p.container.Exec(executing, []string{probe.Path, probe.LeaveOrphans}))
	if status != 0 {
		ensure(fmt.Errorf("the probe that was executed in the pod exits with %d", status))
	}
	p.expectNoOrphans(ctx)
}

func stealsNoChild(ctx context.Context, t *Trial) {
	p := t.ready(ctx, t.sandbox(ctx))
	statuses := []int{0, 1, 42, 127, 255}
	ensure(p.StartChildren(ctx, statuses))
	t.sleepWithoutSlot(ctx, 2*t.window())
	got, err := p.Statuses(ctx)
	expect(err, gomega.BeNil(), "a container's process can wait for its own children")
	expect(got, gomega.Equal(statuses), "a container's process gets its own children's exit statuses %v", statuses)
}
