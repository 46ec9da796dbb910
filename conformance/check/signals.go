package check

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/probe"
)

const (
	term = unix.SIGTERM
	kill = unix.SIGKILL
)

func endsOnTerm(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	t.expectEndOn(ctx, sandbox, term, "")
}

func endsOnTermWithZero(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	ensure(t.signal(ctx, sandbox, term))
	status := t.expectEnd(ctx, sandbox, "SIGTERM", patience) // SIG-TERM judges the time
	expectStatus(status, "a sandbox that SIGTERM ends exits with 0")
}

func endsOnInt(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	expectStatus(t.expectEndOn(ctx, sandbox, unix.SIGINT, ""), "a sandbox that SIGINT ends exits with 0")
}

func endsOnTermFromInside(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	t.askedToEnd.Store(sandbox, true)
	// The probe may be gone before it can answer.
	_ = joined.Send(ctx, probe.Signal{Process: 1, Signal: int(term)})
	t.expectEnd(ctx, sandbox, "SIGTERM from inside", t.limit())
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
		case unix.SIGINT, unix.SIGKILL, unix.SIGTERM, unix.SIGSTOP, unix.SIGCONT:
		default:
			signals = append(signals, signal)
		}
	}
	return signals
}

func survives(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	expectUp := func(signal unix.Signal, side string) {
		t.expectRuns(ctx, sandbox, fmt.Sprintf("signal %d from %s leaves it running", signal, side))
	}
	refused := ""
	for _, signal := range survivable() {
		if err := sandbox.Signal(ctx, signal); err != nil {
			expectUp(signal, "outside")
			refused += fmt.Sprintf("%d: %v\n", signal, err)
		}
		expectUp(signal, "outside")
		if err := joined.Send(ctx, probe.Signal{Process: 1, Signal: int(signal)}); err != nil {
			expectUp(signal, "inside")
			ensure(err)
		}
		expectUp(signal, "inside")
	}
	if refused != "" {
		t.note("not sent from outside: the engine refuses them", refused)
	}
	t.settle(ctx, joined)
	joined.expectReaps(ctx)
	t.expectEndOn(ctx, sandbox, term, " after every other signal")
}

func stopsAndContinues(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	ensure(sandbox.Signal(ctx, unix.SIGSTOP))
	eventually(ctx, t, func() string { return must(joined.Init(ctx)).State }, gomega.Equal("T"), "SIGSTOP stops it")
	ensure(sandbox.Signal(ctx, unix.SIGCONT))
	t.settle(ctx, joined)
	ensure(sandbox.Freeze(ctx))
	t.settle(ctx, joined)
	joined.expectReaps(ctx)
	t.expectEndOn(ctx, sandbox, term, "")
}

func keepsEarlyTerm(ctx context.Context, t *Trial) {
	const tries = 5
	for range tries {
		sandbox := t.sandbox(ctx)
		ensure(t.signal(ctx, sandbox, term))
	}
	// Between execve and the program's first instruction the kernel drops SIGTERM
	// as well, and on a busy engine one may come just then: that is not the image's.
	eventually(ctx, t, func() (ended int) {
		for _, sandbox := range t.sandboxes {
			if !must(sandbox.State(ctx)).Running {
				ended++
			}
		}
		return ended
	}, gomega.BeNumerically(">", tries/2), "most of %d sandboxes that get TERM right after start end", tries)
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
	t.expectEnd(ctx, joined.container, "SIGKILL of its PID 1, as every process of the namespace,", t.limit())
}
