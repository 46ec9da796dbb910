package check

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/fake"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// judgeLife judges LIFE-SERVES by a life of its own.
func judgeLife(t *testing.T, eng *fake.Engine, soak time.Duration) report.Result {
	t.Helper()
	rule, _ := requirement.Find("LIFE-SERVES")
	target := Target{Image: eng.Subject, Timeout: time.Minute, Soak: soak, Size: FullSize, Serves: Serves{Reaps: true, Ends: true}}
	target.Life = NewLife(eng, target)
	defer target.Life.Close(context.WithoutCancel(t.Context()))
	return Run(t.Context(), eng, NewSlots(1).Take(t.Context()), target, rule)
}

func TestALifeMayBeLongerThanARequirementMayTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		expectResult(t, judgeLife(t, fake.New(), time.Hour), report.Pass, "")
		if age := time.Since(begin); age < time.Hour {
			t.Errorf("the sandbox was used for %s, want an hour", age)
		}
	})
}

func TestASandboxThatEndsInALongLifeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { time.AfterFunc(20*time.Minute, func() { s.End(9) }) }
		expectResult(t, judgeLife(t, eng, time.Hour), report.Fail, "the sandbox has ended with exit status 9")
	})
}

// TestASandboxThatEndsAfterALongLifeFails is of one that does so while it reaps once more.
func TestASandboxThatEndsAfterALongLifeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) {
			s.Probe.OnSelfTest = func() { s.End(9) }
		}
		result := judgeLife(t, eng, 0)
		expectResult(t, result, report.Fail, "the sandbox has ended with exit status 9")
		if len(result.Evidence) == 0 {
			t.Error("the report says nothing of the sandbox")
		}
	})
}

func TestASandboxThatIsDeafAfterALongLifeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.OnSignal = func(unix.Signal) {} }
		expectResult(t, judgeLife(t, eng, 0), report.Fail, "after a long life")
	})
}

func TestALifeThatTheEngineCannotStartIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Refuse = func(context.Context, engine.Pod) error { return engine.Unsupported("no such pod") }
		expectResult(t, judgeLife(t, eng, 0), report.NotTestable, "no such pod")
	})
}
