package check

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

const (
	term = unix.SIGTERM
	kill = unix.SIGKILL
)

// occasions are the times at which SIGTERM comes: to an empty pod, to one with live
// orphans, in a burst of orphans that end and right after it, and twice.
var occasions = []occasion{
	{"", nil},
	{" with live orphans", func(ctx context.Context, joined pod) { joined.leaveBeside(ctx, 20) }},
	{" in a burst of orphans", func(ctx context.Context, joined pod) {
		joined.leaveWaiting(ctx, probe.Orphans{Count: 200})
		ensure(joined.Release(ctx))
	}},
	{" right after a burst of orphans", func(ctx context.Context, joined pod) {
		ensure(joined.LeaveZombies(ctx, probe.Orphans{Count: 200, Ends: []int{2, -int(unix.SIGSEGV)}}))
		sleep(ctx, 10*pollEach)
	}},
	{" twice", func(ctx context.Context, joined pod) { ensure(joined.t.signal(ctx, joined.sandbox, term)) }},
}

// quiet are the occasions at which nothing else happens.
var quiet = occasions[:2]

type occasion struct {
	words   string
	prepare func(context.Context, pod)
}

// eachOccasion does something with the pod of another sandbox on each occasion.
func (t *Trial) eachOccasion(ctx context.Context, occasions []occasion, do func(pod, occasion)) {
	sideBySide(len(occasions), func(i int) {
		p := t.ready(ctx, t.sandbox(ctx))
		p.own = p.childrenOfInit(ctx)
		if occasions[i].prepare != nil {
			occasions[i].prepare(ctx, p)
		}
		do(p, occasions[i])
	})
}

func endsOnTerm(ctx context.Context, t *Trial) {
	t.eachOccasion(ctx, occasions, func(p pod, occasion occasion) {
		t.expectEndOn(ctx, p.sandbox, term, occasion.words)
	})
}

func endsOnTermWithZero(ctx context.Context, t *Trial) {
	t.eachOccasion(ctx, occasions, func(p pod, occasion occasion) {
		ensure(t.signal(ctx, p.sandbox, term))
		status := t.expectEnd(ctx, p.sandbox, "SIGTERM"+occasion.words, patience) // SIG-TERM judges the time
		expectStatus(status, "a sandbox that SIGTERM ends exits with 0"+occasion.words)
	})
	t.expectLastStatus(ctx)
}

func endsOnInt(ctx context.Context, t *Trial) {
	t.eachOccasion(ctx, quiet, func(p pod, occasion occasion) {
		status := t.expectEndOn(ctx, p.sandbox, unix.SIGINT, occasion.words)
		expectStatus(status, "a sandbox that SIGINT ends exits with 0"+occasion.words)
	})
}

func endsOnTermFromInside(ctx context.Context, t *Trial) {
	t.eachOccasion(ctx, quiet, func(p pod, occasion occasion) {
		t.askedToEnd.Store(p.sandbox, true)
		// The probe may be gone before it can answer.
		_ = p.Send(ctx, probe.Signal{Process: 1, Signal: int(term)})
		t.expectEnd(ctx, p.sandbox, "SIGTERM from inside"+occasion.words, t.limit())
	})
}

func endsOnStopSignal(ctx context.Context, t *Trial) {
	if t.StopSignal == "" {
		return
	}
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	number, known := stopSignal(t.StopSignal)
	expect(known, gomega.BeTrue(), "its StopSignal %s is a signal", t.StopSignal)
	ensure(t.signal(ctx, sandbox, number))
	t.expectEnd(ctx, sandbox, "its StopSignal "+t.StopSignal, 10*time.Second)
}

// stopSignal returns the signal of a name such as SIGTERM or of a number.
func stopSignal(name string) (signal unix.Signal, known bool) {
	if number, err := strconv.Atoi(name); err == nil {
		return unix.Signal(number), number > 0 && number <= 64
	}
	signal = unix.SignalNum(name)
	return signal, signal != 0
}

// survivable are the signals that can be caught and do not ask for an end.
func survivable() (signals []unix.Signal) {
	for signal := unix.Signal(1); signal <= 64; signal++ {
		switch signal {
		case unix.SIGINT, unix.SIGKILL, unix.SIGTERM, unix.SIGSTOP:
		default:
			signals = append(signals, signal)
		}
	}
	return signals
}

func numbers(signals []unix.Signal) (numbers []int) {
	for _, signal := range signals {
		numbers = append(numbers, int(signal))
	}
	return numbers
}

// rounds is how often every signal comes from each side: a program may survive one.
const rounds = 3

func survives(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	p := t.ready(ctx, sandbox)
	p.own = p.childrenOfInit(ctx)
	bystander := p.leaveBeside(ctx, 20)
	refusals := ""
	for round := range rounds {
		if round == rounds-1 { // the last one is without an orphan
			ensure(p.Send(ctx, probe.Signal{Process: bystander, Signal: int(unix.SIGCONT)}))
			ensure(p.Release(ctx))
			t.settle(ctx, p)
		}
		for _, signal := range survivable() {
			outside := sandbox.Signal(ctx, signal)
			if outside != nil {
				refusals += fmt.Sprintf("%d: %v\n", signal, outside)
			}
			inside := p.Send(ctx, probe.Signal{Process: 1, Signal: int(signal)})
			t.expectRuns(ctx, sandbox, fmt.Sprintf("signal %d from outside and from inside leaves it running", signal))
			ensure(inside)
		}
		t.settle(ctx, p) // what comes before the last one was taken may be lost in it
	}
	if refusals != "" {
		t.note("not sent from outside: the engine refuses them", refusals)
	}
	t.settle(ctx, p)
	p.expectReaps(ctx)
	t.expectRuns(ctx, sandbox, "it runs on after every other signal")
	t.expectEndOn(ctx, sandbox, term, " after every other signal")
}

// expectStops stops the sandbox by SIGSTOP from outside.
func (p pod) expectStops(ctx context.Context) {
	ensure(p.sandbox.Signal(ctx, unix.SIGSTOP))
	eventually(ctx, p.t, func() string { return must(p.Init(ctx)).State }, gomega.Equal("T"), "SIGSTOP stops it")
}

func stopsAndContinues(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	p := t.ready(ctx, sandbox)
	p.expectStops(ctx)
	ensure(sandbox.Signal(ctx, unix.SIGCONT))
	t.settle(ctx, p)
	ensure(sandbox.Freeze(ctx))
	t.settle(ctx, p)
	p.expectReaps(ctx)
	t.expectEndOn(ctx, sandbox, term, "")
}

// keepsEarlyTerm sends SIGTERM right after the start. Between execve and the program's first
// instruction the kernel drops it, which is not the image's fault, and on a busy
// machine takes a while: where most sandboxes have missed it, others get it a little later.
func keepsEarlyTerm(ctx context.Context, t *Trial) {
	const tries = 5
	ends := 0
	for _, delay := range []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond} {
		sandboxes := make([]engine.Sandbox, tries)
		sideBySide(tries, func(i int) {
			sandboxes[i] = t.sandbox(ctx)
			sleep(ctx, delay)
			ensure(t.signal(ctx, sandboxes[i], term))
		})
		t.release()
		for begin := time.Now(); time.Since(begin) < t.limit()+reportingDelay && ends <= tries/2; sleep(ctx, 5*pollEach) {
			ends = 0
			for _, sandbox := range sandboxes {
				if !must(sandbox.State(ctx)).Running {
					ends++
				}
			}
		}
		if ends > tries/2 {
			return
		}
	}
	panic(failure{
		expectation: fmt.Sprintf("most of %d sandboxes that get SIGTERM right after start end, or else a little later", tries),
		evidence:    fmt.Sprintf("%d of %d end", ends, tries),
	})
}

func takesTermInStorm(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	ensure(joined.Storm(ctx, []int{int(unix.SIGCHLD), int(unix.SIGUSR1), 34, 48, 64}))
	t.expectStays(ctx, sandbox) // it is SIGTERM that has to end it
	t.expectEndOn(ctx, sandbox, term, " in a storm of signals")
}

func endsOnKill(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	t.expectEndOn(ctx, sandbox, kill, "")
	// The kernel has ended it by then; when that is told is the runtime's matter.
	t.expectEnd(ctx, joined.container, "SIGKILL of its PID 1, as every process of the namespace,", patience)
}
