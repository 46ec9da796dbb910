package check

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine/fake"
	"github.com/podsandbox/pause/conformance/report"
)

func TestASandboxThatIsDeafFailsWhereTheControlIsQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.OnSignal = func(unix.Signal) {} }
		expectResult(t, judge(t, eng, "SIG-INT"), report.Fail, "it still runs after")
	})
}

func TestSandboxesThatAreDeafSideBySideShareTheirControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.OnSignal = func(unix.Signal) {} }
		var controls atomic.Int32
		eng.Own.Behave = func(s *fake.Sandbox) {
			controls.Add(1)
			s.OnSignal = func(unix.Signal) { time.AfterFunc(50*time.Millisecond, func() { s.End(0) }) }
		}
		expectResult(t, judge(t, eng, "SIG-TERM"), report.Fail, "it still runs after")
		if count := controls.Load(); count > 2*5 { // a crowded machine judges twice
			t.Errorf("%d controls, want 5 for all sandboxes of the check", count)
		}
	})
}

func TestABusyMachineIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := func(after time.Duration) func(*fake.Sandbox) {
			return func(s *fake.Sandbox) {
				s.OnSignal = func(unix.Signal) { time.AfterFunc(after, func() { s.End(0) }) }
			}
		}
		for _, test := range []struct {
			id             string
			needs, control time.Duration
		}{
			{"SIG-INT", 3600 * time.Millisecond, 800 * time.Millisecond},
			{"POD-STOP", 5100 * time.Millisecond, 1100 * time.Millisecond}, // the limit is longer than a signal's
		} {
			eng := fake.New()
			eng.Subject.Behave, eng.Own.Behave = late(test.needs), late(test.control)
			expectResult(t, judge(t, eng, test.id), report.Error, "the machine is too busy to judge")
		}
	})
}

func TestWhatStillRunsNeverPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Own.Behave = func(s *fake.Sandbox) {
			s.OnSignal = func(unix.Signal) { time.AfterFunc(2700*time.Millisecond, func() { s.End(0) }) }
		}
		trial := newTrial(eng, Target{Image: eng.Subject, Emulated: true}, &controls{}, func() {})
		status, _, seen := trial.outcome(t.Context(), func(ctx context.Context, t *Trial) {
			t.expectEnd(ctx, t.sandbox(ctx), "nothing", 3*time.Second)
		})
		if status != report.Error || !strings.Contains(seen, "the machine is too busy to judge: the sandbox still runs") {
			t.Errorf("%s: %s", status, seen)
		}
	})
}

func TestARuntimeThatIsSlowToReapContainersIsNoFaultOfTheSandbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) {
			var late time.Duration
			s.OnJoin = func() { late = 1200 * time.Millisecond }
			s.OnSignal = func(unix.Signal) { time.AfterFunc(late, func() { s.End(0) }) }
		}
		eng.Own.Behave = eng.Subject.Behave
		expectResult(t, judge(t, eng, "SIG-INT"), report.Error, "the machine is too busy to judge")
	})
}

func TestAMachineThatWasBusyForAMomentIsNoMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		busy := true
		eng.Subject.Behave = func(s *fake.Sandbox) {
			var late time.Duration
			if busy {
				late = 3 * time.Second
			}
			s.OnSignal = func(unix.Signal) { time.AfterFunc(late, func() { s.End(0) }) }
		}
		eng.Own.Behave = func(s *fake.Sandbox) {
			eng.Subject.Behave(s)
			busy = false
		}
		expectResult(t, judge(t, eng, "SIG-INT"), report.Pass, "")
	})
}

func TestAnEndThatIsLateIsJudgedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for missed, status := range map[int32]report.Status{1: report.Pass, 2: report.Fail} {
			eng := fake.New()
			var ends atomic.Int32
			eng.Subject.Behave = func(s *fake.Sandbox) {
				s.OnSignal = func(unix.Signal) {
					late := 5 * time.Second
					if ends.Add(1) > missed {
						late = 0
					}
					time.AfterFunc(late, func() { s.End(0) })
				}
			}
			result := judge(t, eng, "POD-STOP")
			if result.Status != status || ends.Load() != 2 {
				t.Errorf("missed %d times: %s after %d ends, want %s after 2: %s", missed, result.Status, ends.Load(), status, result.Seen)
			}
		}
	})
}

func TestASandboxThatEndsLateStaysUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) {
			s.OnSignal = func(unix.Signal) { time.AfterFunc(2*time.Second, func() { s.End(0) }) }
		}
		expectResult(t, judge(t, eng, "PID-STAYS"), report.Pass, "")
	})
}

func TestAProgramThatEndsJustInTimePasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) {
			s.OnSignal = func(unix.Signal) { time.AfterFunc(600*time.Millisecond, func() { s.End(0) }) }
		}
		expectResult(t, judge(t, eng, "SIG-INT"), report.Pass, "")
	})
}
