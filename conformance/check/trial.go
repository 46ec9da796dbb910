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

	sandboxes  []*engine.Container
	askedToEnd sync.Map // ids of sandboxes
	probes     []*engine.Probe
	evidence   []report.Evidence
}

// Slots bounds how many checks use the engine at a time.
type Slots chan struct{}

func (s Slots) take(ctx context.Context) (give func(), err error) {
	select {
	case s <- struct{}{}:
		return sync.OnceFunc(func() { <-s }), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

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
		panic(broken{context.Cause(ctx)})
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
	late := fmt.Errorf("it is not done after %s, which --timeout sets", subject.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, subject.Timeout, late)
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
	ctx = context.WithoutCancel(ctx)
	for _, probe := range t.probes {
		_ = probe.Remove(ctx) // Engine.Close removes what is left
	}
	t.sandboxes = slices.DeleteFunc(t.sandboxes, func(c *engine.Container) bool { return c == nil })
	t.each(func(i int) error {
		_ = t.sandboxes[i].Remove(ctx)
		return nil
	})
}
