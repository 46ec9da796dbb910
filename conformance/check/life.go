package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// Life is a sandbox that is started before all others, is used as a pod uses one, is then
// left alone, and looked at last. The requirements about what a sandbox is like after
// some time share it, and its waiting.
type Life struct {
	trial *Trial
	once  sync.Once
	end   chan struct{}

	first, last aspect
	early       any // how it ended early, as a panic

	serving sync.Once
	failure any // to serve in the end, as a panic
	status  int // of its end
}

// aspect is what a sandbox looks like at one time.
type aspect struct {
	init     probe.Process
	settings probe.Settings
	memory   int64
	holdings probe.Holdings
	output   string

	// ticks and switches are those of an idleWindow that follows.
	ticks, switches int64
}

// NewLife returns a life that begins when the first requirement asks for it. Close ends it.
func NewLife(eng engine.Engine, target Target) *Life {
	return &Life{trial: newTrial(eng, target, &controls{}, func() {}), end: make(chan struct{})}
}

// Close removes what is left of the life.
func (l *Life) Close(ctx context.Context) {
	started := true
	l.once.Do(func() { started = false })
	if started {
		<-l.end
		l.trial.remove(ctx)
	}
}

// await lets the life pass, and ends the check where the life ended early.
func (t *Trial) await(ctx context.Context) *Life {
	l := t.Life
	l.once.Do(func() {
		go func() {
			defer close(l.end)
			defer func() { l.early = recover() }()
			l.pass(ctx)
		}()
	})
	t.release()
	select {
	case <-l.end:
	case <-ctx.Done():
		panic(suiteError{context.Cause(ctx)})
	}
	return l
}

func (l *Life) pass(ctx context.Context) {
	t := l.trial
	sandbox := t.sandbox(ctx)
	p := t.ready(ctx, sandbox)
	p.own = p.childrenOfInit(ctx)
	l.first = t.look(ctx, p)
	for begin := time.Now(); ; {
		t.use(ctx, p)
		if age := time.Since(begin); age >= l.trial.Soak {
			break
		}
		sleep(ctx, pauseBetweenUses)
		t.settle(ctx, p)
		now := t.look(ctx, p)
		t.note("after "+time.Since(begin).Round(time.Second).String(), now.since(l.first))
	}
	p.own = p.childrenOfInit(ctx) // and what it does not reap
	bystander := p.leaveBeside(ctx, 5)
	sleep(ctx, takingOrphans)
	t.settle(ctx, p)
	before := must(p.Init(ctx))
	sleep(ctx, idleWindow)
	after := must(p.Init(ctx))
	ensure(p.Send(ctx, probe.Signal{Process: bystander, Signal: int(unix.SIGCONT)}))
	t.settle(ctx, p)
	ensure(p.Release(ctx))
	p.awaitEnds(ctx)
	l.last = t.look(ctx, p)
	l.last.ticks, l.last.switches = after.CPUTicks-before.CPUTicks, after.Switches-before.Switches
}

// takingOrphans is how long a program may deal with new orphans, asleep or not, before it is
// idle.
const takingOrphans = 500 * time.Millisecond

// pauseBetweenUses is how long a sandbox that is used for a long time is left alone in between.
const pauseBetweenUses = 30 * time.Second

// use does to the sandbox what happens to one in a pod: orphans of every kind, signals
// from both sides, a stop, and a program that is executed.
func (t *Trial) use(ctx context.Context, p pod) {
	ends := []int{0, 1, -int(unix.SIGSEGV), -int(unix.SIGABRT), -int(unix.SIGKILL), -int(unix.SIGTERM)}
	for range 3 {
		ensure(p.LeaveWaiting(ctx, probe.Orphans{Count: 60, Ends: ends}))
		ensure(p.Release(ctx))
		ensure(p.LeaveZombies(ctx, probe.Orphans{Count: 60, Ends: ends}))
		ensure(p.LeaveSteadily(ctx, probe.Orphans{Count: 60}))
	}
	if !t.Emulated {
		ensure(p.SendRounds(ctx, probe.Rounds{Process: 1, Count: 100, Signals: numbers(survivable())}))
	}
	for _, signal := range []unix.Signal{unix.SIGSTOP, unix.SIGCONT} {
		ensure(p.sandbox.Signal(ctx, signal))
	}
	must(p.container.Exec(ctx, []string{probe.Path, probe.LeaveOrphans}))
	p.awaitEnds(ctx)
}

// awaitEnds gives the sandbox time to reap its orphans, which have all ended. What is never
// reaped is the concern of the requirements on reaping.
func (p pod) awaitEnds(ctx context.Context) {
	for range 20 {
		if len(p.orphans(ctx)) == 0 && len(must(p.Zombies(ctx))) == 0 {
			break
		}
		sleep(ctx, 5*pollEach)
	}
}

func (t *Trial) look(ctx context.Context, p pod) aspect {
	stdout, stderr, err := p.sandbox.Output(ctx)
	if err != nil {
		stdout, stderr = "", "" // not every engine keeps it
	}
	holdings := slices.DeleteFunc(must(p.Holdings(ctx)), func(holding string) bool {
		return strings.HasPrefix(holding, "process") && !t.Serves.Reaps
	})
	return aspect{
		init: must(p.Init(ctx)), settings: must(p.InitSettings(ctx)), memory: must(p.InitMemory(ctx)),
		holdings: holdings, output: stdout + stderr,
	}
}

// additions are the holdings that were not there before: the first ones, and how many more.
func (a aspect) additions(before aspect) []string {
	const most = 10
	list := slices.DeleteFunc(slices.Clone(a.holdings), func(holding string) bool {
		return slices.Contains(before.holdings, holding)
	})
	if len(list) > most {
		list = append(list[:most:most], fmt.Sprintf("and %d more", len(list)-most))
	}
	return list
}

// objects are the holdings that outlive a process: in a pod of the host's IPC namespace each would
// be one more on the node.
func (a aspect) objects() []string {
	return slices.DeleteFunc(slices.Clone(a.holdings), func(holding string) bool {
		return !slices.ContainsFunc(probe.Objects, func(kind string) bool { return strings.HasPrefix(holding, kind) })
	})
}

// since puts what has changed into words.
func (a aspect) since(before aspect) string {
	return fmt.Sprintf("memory %+d bytes, CPU time %+d ms, context switches %+d, new: %s",
		a.memory-before.memory, 10*(a.init.CPUTicks-before.init.CPUTicks), a.init.Switches-before.init.Switches,
		show(a.additions(before)))
}
