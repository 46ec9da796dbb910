// Package check finds out, on an engine, whether a sandbox image meets the
// requirements that need one. Each check has sandboxes of its own.
package check

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// Subject is the image that is judged, as the engine holds it.
type Subject struct {
	Image      string   // its name in the engine
	Entrypoint []string // instead of the image's own
	User       string   // instead of the image's own

	// Command is the entry point and the arguments that the image is run with,
	// and ProgramDigest the SHA-256 of its first word, in hexadecimal.
	Command       []string
	ProgramDigest string

	StopSignal string
	Emulated   bool // by qemu-user
	Lacks      map[requirement.Feature]bool
	Size       Size
	Seed       int64
	Timeout    time.Duration // for each requirement
}

// Size is how much of everything a check does.
type Size struct {
	Burst, Steady int // orphans
	Density       int // sandboxes
	RSS           int64
}

// FullSize is what the specification names.
var FullSize = Size{Burst: 2000, Steady: 20000, Density: 100, RSS: 1 << 20}

// Trial is one check of one image. Its Gomega ends the check at the first
// expectation that does not hold: the annotation of an expectation says what was
// expected, in words.
type Trial struct {
	gomega.Gomega
	Subject
	engine *engine.Engine
	slot   func() // gives the trial's slot back, once
	random *rand.Rand

	sandboxes []*engine.Container
	probes    []*engine.Probe
	evidence  []report.Evidence
}

// Slots bounds how many checks use the engine at a time.
type Slots chan struct{}

func (s Slots) take(ctx context.Context) (give func(), err error) {
	select {
	case s <- struct{}{}:
		return sync.OnceFunc(func() { <-s }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// The ways a check ends early, as panics.
type (
	failure     struct{ message string }
	notTestable struct{ reason string }
	broken      struct{ err error }
)

func (t *Trial) must(err error) {
	if err != nil {
		panic(broken{err})
	}
}

func (t *Trial) fail(expected, seen string) { panic(failure{expected + "\n" + seen}) }

func (t *Trial) note(name, text string) {
	t.evidence = append(t.evidence, report.Evidence{Name: name, Text: text})
}

// idle leaves the engine to other checks while this one waits for nothing to
// happen. What it does afterwards is little, and does not queue again.
func (t *Trial) idle(ctx context.Context, wait time.Duration) {
	t.slot()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		panic(broken{ctx.Err()})
	}
}

// patience is how long the suite waits for what has to happen at once: emulators
// and engines are slow at times.
const patience = 15 * time.Second

// pollEach is the time between one look and the next.
const pollEach = 20 * time.Millisecond

// eventually polls until what is asked for holds. What has not come about soon
// will most likely not, and must not keep other checks waiting.
func eventually[Result any](ctx context.Context, t *Trial, what func() Result) gomega.AsyncAssertion {
	started := time.Now()
	return t.Eventually(ctx, func() Result {
		if time.Since(started) > time.Second {
			t.slot()
			time.Sleep(10 * pollEach)
		}
		return what()
	}).WithTimeout(patience).WithPolling(pollEach)
}

// Run judges one requirement.
func Run(ctx context.Context, eng *engine.Engine, slots Slots, subject Subject, rule requirement.Requirement) report.Result {
	result := report.Result{Requirement: rule, Status: report.Pass}
	if reason, untestable := underEmulation[rule.ID]; untestable && subject.Emulated {
		result.Status, result.Seen = report.NotTestable, "under emulation: "+reason
		return result
	}
	give, err := slots.take(ctx)
	if err != nil {
		result.Status, result.Seen = report.Error, err.Error()
		return result
	}
	defer give()
	ctx, cancel := context.WithTimeout(ctx, subject.Timeout)
	defer cancel()
	started := time.Now()
	trial := &Trial{
		Subject: subject, engine: eng, slot: give,
		random: rand.New(rand.NewPCG(uint64(subject.Seed), 0)),
	}
	trial.Gomega = gomega.NewGomega(func(message string, _ ...int) { panic(failure{message}) })
	defer trial.remove(ctx)
	result.Status, result.Expected, result.Seen = trial.outcome(ctx, checks[rule.ID])
	if result.Status == report.Fail || result.Status == report.Error {
		trial.collect(ctx)
	}
	result.Evidence = trial.evidence
	result.Duration = time.Since(started)
	return result
}

func (t *Trial) outcome(ctx context.Context, check func(context.Context, *Trial)) (status report.Status, expected, seen string) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case failure:
			status = report.Fail
			expected, seen = told(end.message)
		case notTestable:
			status, seen = report.NotTestable, end.reason
		case broken:
			status, seen = t.blame(ctx, end.err)
		default:
			status, seen = report.Error, fmt.Sprint("panic: ", end)
		}
	}()
	check(ctx, t)
	return report.Pass, "", ""
}

// blame tells what broke a check: the image, where its program could not be run
// or a sandbox has ended on its own, or the engine.
func (t *Trial) blame(ctx context.Context, err error) (report.Status, string) {
	var start *engine.StartError
	if errors.As(err, &start) {
		return report.Fail, "the sandbox does not start: " + start.Error()
	}
	t.sandboxes = slices.DeleteFunc(t.sandboxes, func(c *engine.Container) bool { return c == nil })
	// The engine may be slower to tell than a probe that ends with its sandbox.
	ending, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	for _, sandbox := range t.sandboxes {
		if status, running := sandbox.Ended(ending); running == nil {
			return report.Fail, fmt.Sprintf("the sandbox has ended with status %d: %v", status, err)
		}
	}
	return report.Error, err.Error()
}

// each does something with every sandbox, a few at a time.
func (t *Trial) each(do func(i int) error) {
	const atOnce = 4
	errs := make([]error, len(t.sandboxes))
	var workers sync.WaitGroup
	for worker := range atOnce {
		workers.Go(func() {
			for i := worker; i < len(errs); i += atOnce {
				errs[i] = do(i)
			}
		})
	}
	workers.Wait()
	t.must(errors.Join(errs...))
}

func (t *Trial) remove(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	for _, probe := range t.probes {
		_ = probe.Remove(ctx) // Engine.Close removes what is left
	}
	t.sandboxes = slices.DeleteFunc(t.sandboxes, func(c *engine.Container) bool { return c == nil })
	t.each(func(i int) error {
		_ = t.sandboxes[i].Remove(ctx)
		return nil
	})
}
