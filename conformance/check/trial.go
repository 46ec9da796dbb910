// Package check finds out, on an engine, whether a sandbox image meets the
// requirements that need one. Each check has sandboxes of its own.
package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// Target is the image that is judged, as the engine holds it.
type Target struct {
	Image engine.Image

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
	Timeout    time.Duration // for each requirement, besides Soak
	Soak       time.Duration // that the Life is used for; once through everything at the least

	// Setting is the strictest in which the image stays up.
	Setting Setting

	// Serves is what the image does there.
	Serves Serves

	// Life is the sandbox that lives as long as the run.
	Life *Life
}

// Serves says what a sandbox in its usual setting does. Where it does not, REAP-ORPHAN
// and SIG-TERM say so, and no variant of the setting is blamed for the same.
type Serves struct{ Reaps, Ends bool }

// Size is the load of the checks, and the memory that PID 1 may have.
type Size struct {
	Burst, Steady int   // orphans
	Density       int   // sandboxes
	RSS           int64 // bytes
}

// FullSize is what the specification names.
var FullSize = Size{Burst: 2000, Steady: 20000, Density: 100, RSS: 1 << 20}

// Trial is one check of one image.
type Trial struct {
	Target
	engine   engine.Engine
	release  func() // gives the trial's slot back, once
	controls *controls
	random   *rand.Rand
	ownPod   bool // the check looks at what is a pod's

	starting   sync.Mutex
	sandboxes  []engine.Sandbox
	probes     []pod
	askedToEnd sync.Map // sandboxes that a signal of the suite ends
	evidence   []report.Evidence
	busy       bool // the machine was too busy for a verdict, or may have been
}

func (t *Trial) note(name, text string) {
	t.evidence = append(t.evidence, report.Evidence{Name: name, Text: text})
}

// Run judges one requirement in the slot.
func Run(ctx context.Context, eng engine.Engine, slot Slot, target Target, rule requirement.Requirement) report.Result {
	result, _ := RunGate(ctx, eng, slot, target, rule)
	return result
}

// RunGate judges one requirement, and returns the target with what that has shown about
// it besides. Where the machine was too busy, or the sandbox has ended late, it judges once more:
// a busy machine is so for seconds, and an image that is slow is slow again.
func RunGate(ctx context.Context, eng engine.Engine, slot Slot, target Target, rule requirement.Requirement) (report.Result, Target) {
	result, after, busy := runOnce(ctx, eng, slot, target, rule)
	if busy {
		result, after, _ = runOnce(ctx, eng, slot.slots.Take(ctx), target, rule)
	}
	return result, after
}

func runOnce(ctx context.Context, eng engine.Engine, slot Slot, target Target, rule requirement.Requirement) (result report.Result, after Target, busy bool) {
	defer slot.release()
	result = report.Result{Requirement: rule, Status: report.Pass}
	if reason := table[rule.ID].emulator; reason != "" && target.Emulated {
		result.Status, result.Seen = report.NotTestable, "under emulation: "+reason
		return result, target, false
	}
	if slot.err != nil {
		result.Status, result.Seen = report.Error, slot.err.Error()
		return result, target, false
	}
	limit := target.Timeout + target.Soak
	late := fmt.Errorf("it is not done after %s, which --timeout sets", limit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, late)
	defer cancel()
	begin := time.Now()
	trial := newTrial(eng, target, slot.slots.controls, slot.release)
	trial.ownPod = table[rule.ID].ownPod
	defer trial.remove(ctx)
	result.Status, result.Expected, result.Seen = trial.outcome(ctx, table[rule.ID].run)
	if result.Status == report.Fail || result.Status == report.Error {
		trial.collect(ctx)
	}
	result.Evidence, result.Sandboxes, result.Probes = trial.evidence, len(trial.sandboxes), len(trial.probes)
	result.Duration = time.Since(begin)
	return result, trial.Target, trial.busy
}

func newTrial(eng engine.Engine, target Target, controls *controls, release func()) *Trial {
	return &Trial{
		Target: target, engine: eng, release: release, controls: controls,
		random: rand.New(rand.NewPCG(uint64(target.Seed), 0)),
	}
}

// remove removes what the trial has started; Engine.Close removes what is left.
func (t *Trial) remove(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for _, joined := range t.probes {
		_ = joined.remove(ctx)
	}
	sideBySide(len(t.sandboxes), func(i int) { _ = t.sandboxes[i].Remove(ctx) })
}

// collect keeps what can be known of a failed check's containers.
func (t *Trial) collect(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for i, sandbox := range t.sandboxes {
		if i == 3 {
			t.note("more", fmt.Sprintf("%d more sandboxes", len(t.sandboxes)-i))
			break
		}
		if state, err := sandbox.State(ctx); err == nil {
			t.note(fmt.Sprintf("state of sandbox %d", i+1), state.Text)
		}
		if stdout, stderr, err := sandbox.Output(ctx); err == nil && stdout+stderr != "" {
			t.note(fmt.Sprintf("log of sandbox %d", i+1), fmt.Sprintf("%.4000s%.4000s", stdout, stderr))
		}
	}
	for _, joined := range t.probes {
		if status, err := joined.Status(ctx); err == nil {
			t.note("/proc/1/status", status)
			break
		}
	}
}
