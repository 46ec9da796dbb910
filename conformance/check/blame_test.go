package check

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/fake"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

func judge(t *testing.T, eng *fake.Engine, id string) report.Result {
	t.Helper()
	return judgeWithin(t, eng, id, time.Minute)
}

func judgeWithin(t *testing.T, eng *fake.Engine, id string, timeout time.Duration) report.Result {
	t.Helper()
	rule, known := requirement.Find(id)
	if !known {
		t.Fatalf("no requirement %s", id)
	}
	target := Target{Image: eng.Subject, Timeout: timeout, Size: FullSize, Serves: Serves{Reaps: true, Ends: true}}
	ctx, cancel := engine.UntilLost(t.Context(), eng.Alive())
	defer cancel()
	return Run(ctx, eng, NewSlots(1).Take(ctx), target, rule)
}

func expectResult(t *testing.T, result report.Result, status report.Status, text string) {
	t.Helper()
	if result.Status != status || !strings.Contains(result.Expected+": "+result.Seen, text) {
		t.Errorf("%s is %s: %s: %s, want %s and %q", result.Requirement.ID, result.Status, result.Expected, result.Seen, status, text)
	}
}

func TestASandboxThatServesPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, id := range []string{"PID-STAYS", "PID-READONLY", "PID-ANY-UID", "SIG-TERM", "SIG-KILL", "REAP-ORPHAN", "REAP-ZOMBIE"} {
			expectResult(t, judge(t, fake.New(), id), report.Pass, "")
		}
	})
}

// TestAnEngineWithOnePodJudgesProcessesAlone is of an engine whose sandboxes share one pod.
func TestAnEngineWithOnePodJudgesProcessesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Refuse = func(_ context.Context, pod engine.Pod) error {
			if pod.Own {
				return engine.Unsupported("there is one pod")
			}
			return nil
		}
		for id := range table {
			own := strings.HasPrefix(id, "NS-") && id != "NS-PID" || strings.HasPrefix(id, "POD-") && id != "POD-PINNED" || id == "LIFE-LEAVES-NOTHING"
			if table[id].ownPod != own {
				t.Errorf("%s: it is said to look at a pod: %t", id, table[id].ownPod)
			}
			if own {
				expectResult(t, judge(t, eng, id), report.NotTestable, "there is one pod")
			}
		}
		expectResult(t, judge(t, eng, "SIG-TERM"), report.Pass, "")
	})
}

func TestARefusedStartIsTheImagesFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Refuse = func(context.Context, engine.Pod) error { return &engine.StartError{Err: errors.New("no such file")} }
		expectResult(t, judge(t, eng, "SIG-TERM"), report.Fail, "the sandbox does not start: no such file")
	})
}

func TestWhatComesTooLateIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, err := range []error{&engine.StartError{Err: errors.New("late")}, engine.Unsupported("late"), errors.New("late")} {
			eng := fake.New()
			eng.Subject.Refuse = func(ctx context.Context, _ engine.Pod) error {
				<-ctx.Done() // longer than the requirement may take
				return err
			}
			result := judgeWithin(t, eng, "SIG-TERM", 10*time.Millisecond)
			expectResult(t, result, report.Error, "it is not done after 10ms, which --timeout sets: ")
			if strings.Count(result.Seen, "--timeout") != 1 {
				t.Errorf("it says so more than once: %s", result.Seen)
			}
		}
	})
}

func TestWhatTheEngineRefusesTheSuitesProgramTooIsNotTestable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		refuse := func(_ context.Context, pod engine.Pod) error {
			if pod.Network == engine.HostNetwork {
				return &engine.StartError{Err: errors.New("no host network here")}
			}
			return nil
		}
		eng.Subject.Refuse, eng.Own.Refuse = refuse, refuse
		expectResult(t, judge(t, eng, "PID-NO-NETWORK"), report.NotTestable, "no host network here")
	})
}

func TestAnOperationThatIsUnsupportedIsNotTestable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		expectResult(t, judge(t, fake.New(), "NS-RESTART"), report.NotTestable, "a fake engine restarts nothing")
	})
}

func TestAnEndThatNobodyAskedForIsTheImagesFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.End(42) }
		expectResult(t, judge(t, eng, "PID-STAYS"), report.Fail, "exit status 42")
		expectResult(t, judge(t, eng, "REAP-ORPHAN"), report.Fail, "the sandbox has ended with exit status 42")
	})
}

func TestASandboxThatKillsTheProbeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.Probe.Killed = true }
		expectResult(t, judge(t, eng, "REAP-ORPHAN"), report.Fail, "a container of the pod has ended with exit status 137")
	})
}

func TestChildrenOfTheSandboxItselfAreNoOrphans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.Probe.Orphans = []probe.Process{{ID: 50, Parent: 1, State: "Z"}} }
		if result := judge(t, eng, "REAP-ORPHAN"); result.Status != report.Pass {
			t.Errorf("a child that was there before is taken for an orphan: %s", result.Seen)
		}
	})
}

func TestASandboxThatKeepsContainersOutFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.JoinError = errors.New("the runtime was killed") }
		expectResult(t, judge(t, eng, "REAP-ORPHAN"), report.Fail, "the runtime was killed")
	})
}

func TestAJoinThatTheEngineCannotDoIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.JoinError = errors.New("disk full") }
		eng.Own.Behave = eng.Subject.Behave
		expectResult(t, judge(t, eng, "REAP-ORPHAN"), report.Error, "disk full")
	})
}

func TestARestartThatTheEngineCannotDoIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) { s.RestartError = errors.New("disk full") }
		expectResult(t, judge(t, eng, "NS-RESTART"), report.Error, "disk full")
	})
}

func TestWhatEndsWithTheEngineIsNotBlamedOnTheImage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(s *fake.Sandbox) {
			s.JoinError = &engine.LostError{Err: errors.New("is gone")}
			s.End(137)
		}
		expectResult(t, judge(t, eng, "REAP-ORPHAN"), report.Error, "is gone")
	})
}

func TestALostEngineIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = func(*fake.Sandbox) { eng.Lose(errors.New("the engine has not answered")) }
		expectResult(t, judge(t, eng, "PID-STAYS"), report.Error, "the engine has not answered")
	})
}

func TestARequirementThatTakesTooLongIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		expectResult(t, judgeWithin(t, fake.New(), "PID-STAYS", 10*time.Millisecond), report.Error, "--timeout sets")
	})
}

func TestAMilderSettingIsTriedWhereTheStrictestIsNotBorne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Behave = nil
		eng.Subject.Refuse = func(_ context.Context, pod engine.Pod) error {
			if !pod.WritableRoot {
				return &engine.StartError{Err: errors.New("read-only file system")}
			}
			return nil
		}
		expectResult(t, judge(t, eng, "PID-READONLY"), report.Fail, "read-only file system")
		expectResult(t, judge(t, eng, "PID-NO-PRIVILEGE"), report.Pass, "")
	})
}

func TestChecksThatOnlyWaitGiveTheirSlotToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		var together sync.WaitGroup // of the sandboxes of all checks
		together.Add(4)
		eng.Subject.Behave = func(*fake.Sandbox) { together.Done() }
		slots := NewSlots(1)
		sideBySide(4, func(int) {
			trial := newTrial(eng, Target{Image: eng.Subject}, slots.controls, slots.Take(t.Context()).release)
			trial.sandbox(t.Context())
			trial.sleepWithoutSlot(t.Context(), 0)
			together.Wait() // for ever, were the slot still taken
		})
	})
}
