package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// limit is how long a signal may take to end the sandbox.
func (t *Trial) limit() time.Duration {
	if t.Emulated {
		return 5 * time.Second
	}
	return time.Second
}

// reportingDelay is how late an engine may be to tell of an end.
const reportingDelay = 5 * time.Second

// expectEndOn sends the signal from outside, and expects the end within the limit. It
// returns the exit status. The words say when, after the signal's name.
func (t *Trial) expectEndOn(ctx context.Context, sandbox engine.Sandbox, signal unix.Signal, words string) int {
	ensure(t.signal(ctx, sandbox, signal))
	return t.expectEnd(ctx, sandbox, unix.SignalName(signal)+words, t.limit())
}

// process is a sandbox or a container that ends.
type process interface {
	Wait(ctx context.Context) (engine.Exit, error)
}

// How many times as long as the control a program may be late, for what it waits for on a busy
// machine differs from one second to the next: up to leniency it passes, beyond doubt it fails, and
// in between is no verdict.
const (
	leniency = 2
	doubt    = 4
)

// expectEnd expects the process to end within the limit from now on because of the
// cause, and returns its exit status. The engine may be slow to tell, so that the
// time of the end itself counts, where it is known.
func (t *Trial) expectEnd(ctx context.Context, process process, cause string, limit time.Duration) int {
	begin := time.Now()
	expectation := fmt.Sprintf("it ends within %s of %s", limit, cause)
	window, cancel := context.WithTimeout(ctx, limit+reportingDelay)
	defer cancel()
	control := t.controlAfter(ctx, limit)
	exit, err := process.Wait(window)
	runs := err != nil && window.Err() != nil && ctx.Err() == nil
	if !runs {
		ensure(err)
	}
	took := time.Since(begin)
	if !exit.Time.IsZero() {
		took = exit.Time.Sub(begin)
	}
	longest := control()
	if took <= limit {
		return exit.Status
	}
	verdict := endAfter(took, expectation)
	if runs {
		verdict = failure{expectation: expectation, evidence: fmt.Sprintf("it still runs after %s", took.Round(time.Second)), late: crowded(loadavg)}
	}
	t.judgeLate(took, limit, longest, verdict)
	if runs {
		panic(suiteError{fmt.Errorf("%w: the sandbox still runs after %s where the suite's own program needs %s to end; run it again when there is less to do",
			errBusy, took.Round(time.Millisecond), longest.Round(time.Millisecond))})
	}
	return exit.Status
}

// controlAfter begins the control when the limit is over, beside the program that is late. The
// function ends it: it waits for a control that has begun.
func (t *Trial) controlAfter(ctx context.Context, limit time.Duration) (end func() time.Duration) {
	begin := time.Now()
	var longest time.Duration
	done := make(chan any, 1)
	timer := time.AfterFunc(limit, func() {
		defer func() { done <- recover() }()
		t.release()
		like := likeness{t.Setting, t.ownPod, len(t.probes) > 0}
		longest = t.controls.of(like).share(begin, func() time.Duration { return t.control(ctx, termTime) })
	})
	return func() time.Duration {
		if timer.Stop() {
			return 0
		}
		if early := <-done; early != nil {
			panic(early)
		}
		return longest
	}
}

// errBusy is of a machine that makes the suite's own program late as well.
var errBusy = errors.New("the machine is too busy to judge")

// endAfter is the failure of a sandbox that has ended, but late.
func endAfter(took time.Duration, expectation string) failure {
	return failure{expectation: expectation, evidence: fmt.Sprintf("it has ended after %s", took.Round(time.Millisecond)), late: true}
}

// judgeLate judges a program that needs more time than the limit by the control. A signal's limit
// holds for the control: one that is as late as a longer limit allows would excuse any program.
func (t *Trial) judgeLate(took, limit, control time.Duration, verdict failure) {
	switch {
	case took > limit+doubt*control:
		panic(verdict)
	case took > limit+leniency*control || control > t.limit():
		panic(suiteError{fmt.Errorf("%w: the sandbox needs %s to end where the suite's own program needs %s; run it again when there is less to do",
			errBusy, took.Round(time.Millisecond), control.Round(time.Millisecond))})
	}
}

// control is how long the suite's own program takes to end in the same seconds, in a
// sandbox like that which is judged: what a busy machine needs for any program.
func (t *Trial) control(ctx context.Context, endTime func(context.Context, engine.Sandbox) time.Duration) (longest time.Duration) {
	const tries = 5
	spec := t.spec()
	spec.Entrypoint, spec.Arguments, spec.User = nil, nil, ""
	for range tries {
		sandbox, err := t.engine.Probe().Start(ctx, spec)
		if errors.As(err, new(*engine.UnsupportedError)) {
			return 0
		}
		ensure(err)
		took := reportingDelay
		if awaitReady(ctx, sandbox) {
			leave := t.accompany(ctx, sandbox)
			took = endTime(ctx, sandbox)
			leave()
		}
		longest = max(longest, took)
		_ = sandbox.Remove(context.WithoutCancel(ctx))
	}
	return longest
}

// accompany joins the control's sandbox, where the one that is judged has been joined: the kernel
// ends a PID namespace when each process of it has been reaped, by the runtime too (pid_namespaces(7)).
// The function removes the container.
func (t *Trial) accompany(ctx context.Context, sandbox engine.Sandbox) (leave func()) {
	if len(t.probes) == 0 {
		return func() {}
	}
	container, err := sandbox.Join(ctx, engine.Shared)
	if err != nil {
		return func() {}
	}
	return func() { _ = container.Remove(context.WithoutCancel(ctx)) }
}

// awaitReady waits until the suite's own program has a handler for signals: PID 1 loses those
// that come before. Where the engine tells no output, it has a second.
func awaitReady(ctx context.Context, sandbox engine.Sandbox) bool {
	for deadline := time.Now().Add(reportingDelay); time.Now().Before(deadline); sleep(ctx, pollEach) {
		stdout, _, err := sandbox.Output(ctx)
		if err != nil {
			sleep(ctx, time.Second)
		}
		if err != nil || strings.Contains(stdout, probe.Ready) {
			return true
		}
	}
	return false
}

// termTime is how long the sandbox takes to end on SIGTERM.
func termTime(ctx context.Context, sandbox engine.Sandbox) time.Duration {
	window, cancel := context.WithTimeout(ctx, reportingDelay)
	defer cancel()
	ensure(sandbox.Signal(ctx, term))
	start := time.Now()
	exit, err := sandbox.Wait(window)
	if err == nil && !exit.Time.IsZero() {
		return exit.Time.Sub(start)
	}
	return time.Since(start)
}

// expectStatus expects the exit status 0.
func expectStatus(status int, expectation string) {
	switch status {
	case 0:
	case engine.UnknownStatus:
		panic(notTestable{"the engine does not tell the exit status of a sandbox"})
	default:
		panic(failure{expectation: expectation, evidence: fmt.Sprintf("exit status %d", status)})
	}
}
