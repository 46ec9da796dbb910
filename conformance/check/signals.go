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

func endsOnTerm(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	t.endsOn(ctx, sandbox, "TERM")
}

func endsOnTermWithZero(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	t.must(t.end(ctx, sandbox, "TERM"))
	status := t.ends(ctx, sandbox, "TERM", patience) // SIG-TERM judges the time
	t.exits(status, "a sandbox that SIGTERM ends exits with 0")
}

func endsOnInt(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	t.exits(t.endsOn(ctx, sandbox, "INT"), "a sandbox that SIGINT ends exits with 0")
}

func endsOnTermFromInside(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	// The probe may be gone before it can answer.
	t.askedToEnd.Store(sandbox.ID, true)
	_ = joined.Call(ctx, "Send", probe.Signal{Process: 1, Signal: int(unix.SIGTERM)}, &probe.None{})
	t.ends(ctx, sandbox, "TERM from inside", t.limit())
}

func endsOnStopSignal(ctx context.Context, t *Trial) {
	if t.StopSignal == "" {
		return
	}
	sandbox := t.sandbox(ctx)
	t.ready(ctx, sandbox)
	err := t.end(ctx, sandbox, t.StopSignal)
	if engine.Lost(err) {
		t.must(err)
	}
	t.Expect(err).NotTo(gomega.HaveOccurred(), "its StopSignal %s is a signal", t.StopSignal)
	t.ends(ctx, sandbox, "its StopSignal "+t.StopSignal, 10*time.Second)
}

// survivable are the signals that can be caught and do not ask for an end.
func survivable() (signals []int) {
	for signal := 1; signal <= 64; signal++ {
		switch unix.Signal(signal) {
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
	up := func(signal int, from string) {
		t.runs(ctx, sandbox, fmt.Sprintf("signal %d from %s leaves it running", signal, from))
	}
	refused := ""
	for _, signal := range survivable() {
		if err := sandbox.Kill(ctx, strconv.Itoa(signal)); err != nil {
			up(signal, "outside")
			refused += fmt.Sprintf("%d: %v\n", signal, err)
		}
		up(signal, "outside")
		if err := joined.Call(ctx, "Send", probe.Signal{Process: 1, Signal: signal}, &probe.None{}); err != nil {
			up(signal, "inside")
			t.must(err)
		}
		up(signal, "inside")
	}
	if refused != "" {
		t.note("not sent from outside: the engine refuses them", refused)
	}
	t.settled(ctx, joined)
	joined.reaps(ctx)
	t.endsOn(ctx, sandbox, "TERM", "after every other signal")
}

func stopsAndContinues(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	t.must(sandbox.Kill(ctx, "STOP"))
	eventually(ctx, t, func() string { return ask[probe.Process](ctx, joined, "Init").State }).
		Should(gomega.Equal("T"), "SIGSTOP stops it")
	t.must(sandbox.Kill(ctx, "CONT"))
	t.settled(ctx, joined)
	t.must(sandbox.Freeze(ctx))
	t.settled(ctx, joined)
	joined.reaps(ctx)
	t.endsOn(ctx, sandbox, "TERM")
}

func keepsEarlyTerm(ctx context.Context, t *Trial) {
	const tries = 5
	for range tries {
		sandbox := t.sandbox(ctx)
		t.must(t.end(ctx, sandbox, "TERM"))
	}
	// Between execve and the program's first instruction the kernel drops SIGTERM
	// as well, and on a busy engine one may come just then: that is not the image's.
	eventually(ctx, t, func() (ended int) {
		for _, sandbox := range t.sandboxes {
			state, err := sandbox.State(ctx)
			t.must(err)
			if !state.Running {
				ended++
			}
		}
		return ended
	}).Should(gomega.BeNumerically(">", tries/2), "most of %d sandboxes that get TERM right after start end", tries)
}

func takesTermInStorm(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	joined.do(ctx, "Storm", []int{int(unix.SIGCHLD), int(unix.SIGUSR1), 34, 48, 64})
	t.staysUp(ctx, sandbox) // it is SIGTERM that has to end it
	t.endsOn(ctx, sandbox, "TERM")
}

func endsOnKill(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	joined := t.ready(ctx, sandbox)
	t.endsOn(ctx, sandbox, "KILL")
	t.ends(ctx, joined.Container, "KILL of its PID 1, as every process of the namespace,", t.limit())
}
