package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	if os.Args[0] == orphanMaker {
		exit(leaveOrphans(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func TestMeasuresOurPauseAndTheOrdinaryGoOne(t *testing.T) {
	needsNamespaces(t)
	peers, err := findPeers(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	peers = slices.DeleteFunc(peers, func(p peer) bool { return p.name != "pause" && p.name != "ordinary Go" })
	results, err := measure(t.Context(), peers, options{rounds: 1, orphans: 50}, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	ours, ordinary := results[0], results[1]
	for m := range metrics {
		theirs, mine := ordinary.median(m), ours.median(m)
		switch {
		case m == pidsNeeded && len(ours.samples[m]) == 0:
			t.Log("pids: no control group with a limit of pids can be made here")
		case m == readyMicros || m == exitMicros: // whose order load can turn round
			if !(theirs > 0 && mine > 0) {
				t.Errorf("%s: %v, and %v, want more than 0", labels[m], mine, theirs)
			}
		case !(mine < theirs):
			t.Errorf("%s: %v, want less than the ordinary Go pause's %v", labels[m], mine, theirs)
		}
	}
	// It wakes several threads for each; for siblings that come at once, not one.
	if woken := ordinary.median(switchesPerOrphan); woken < 2 {
		t.Errorf("the ordinary Go pause: %v context switches per orphan: do they come one at a time?", woken)
	}
	leavesNoProcess(t)
}

func TestReportsAnInitThatLeavesOrphans(t *testing.T) {
	needsNamespaces(t)
	sleeper, _, err := start(t.Context(), []string{"/bin/sleep", "1000"})
	if err != nil {
		t.Fatal(err)
	}
	defer sleeper.kill()
	if _, err = sleeper.reap(t.Context(), 5, 10*time.Millisecond); err == nil || !strings.Contains(err.Error(), "5 are left") {
		t.Errorf("reap: %v, want that 5 are left", err)
	}
}

func TestReportsAProgramThatDoesNotStay(t *testing.T) {
	needsNamespaces(t)
	if _, _, err := start(t.Context(), []string{"/bin/true"}); err == nil || !strings.Contains(err.Error(), "ended by itself") {
		t.Errorf("start: %v, want that it ended by itself", err)
	}
	if _, err := systemCalls(t.Context(), []string{"/bin/true"}); err == nil || !strings.Contains(err.Error(), "ended by itself") {
		t.Errorf("systemCalls: %v, want that it ended by itself", err)
	}
	leavesNoProcess(t)
}

func TestLeavesNoProcessWhenInterrupted(t *testing.T) {
	needsNamespaces(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interruption := errors.New("stopped")
	cancel(interruption)
	idle := []peer{{name: "sleep", command: []string{"/bin/sleep", "1000"}}}
	if _, err := measure(ctx, idle, options{rounds: 1, orphans: 1}, func(string) {}); !errors.Is(err, interruption) {
		t.Errorf("measure: %v, want %v", err, interruption)
	}
	leavesNoProcess(t)
}

func leavesNoProcess(t *testing.T) {
	t.Helper()
	if pid, err := unix.Wait4(-1, nil, unix.WALL|unix.WNOHANG, nil); err != unix.ECHILD {
		t.Errorf("wait4: %d, %v, want that no child is left", pid, err)
	}
}

// needsNamespaces makes the test a tracer's: all of it runs on one thread.
func needsNamespaces(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	s, err := hold([]string{"/bin/true"})
	if errors.Is(err, unix.EPERM) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.kill()
}
