package oci

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// runVariable makes the test program a run that starts a pod of the probe's image by
// the runtime, tells its id, and waits.
const runVariable = "PAUSE_TEST_RUN"

func run(runtime string) error {
	ctx := context.Background()
	value, err := Connect(ctx, Options{Runtime: runtime})
	if err != nil {
		return err
	}
	s, err := value.Probe().Start(ctx, engine.Pod{WritableRoot: true, Network: engine.PodNetwork})
	if err != nil {
		return err
	}
	if _, err := s.Join(ctx, engine.Shared); err != nil {
		return err
	}
	fmt.Println(value.(*Engine).run)
	select {}
}

func TestNextRunSweepsWhatAKilledOneLeaves(t *testing.T) {
	onEach(t, func(t *testing.T, live *Engine) {
		survivor := remove(t, start(t, live.probe, engine.Pod{}))
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), runVariable+"="+live.runtime)
		command.Stderr = os.Stderr
		output, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(output).ReadString('\n')
		_ = command.Process.Kill()
		_ = command.Wait()
		if err != nil {
			t.Fatal(err)
		}
		victim := engine.RunID(strings.TrimSpace(line))
		if left := cgroupsOf(victim); len(left) == 0 {
			t.Errorf("nothing is left to sweep")
		}
		connect(t, Options{Runtime: live.runtime})
		expectNothing(t, victim)
		if state, err := survivor.State(t.Context()); err != nil || !state.Running {
			t.Errorf("a live run's sandbox: %+v, %v", state, err)
		}
	})
}

// expectNothing fails the test when something of the run is left.
func expectNothing(t *testing.T, run engine.RunID) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(runs, string(run))); err == nil {
		t.Error("its directory is left")
	}
	if left := cgroupsOf(run); len(left) > 0 {
		t.Errorf("cgroups are left: %v", left)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), string(run)) {
		t.Errorf("mounts are left: %s, %v", mounts, err)
	}
}

// cgroupsOf returns the directories of the run's cgroup in all hierarchies.
func cgroupsOf(run engine.RunID) []string {
	first, _ := filepath.Glob("/sys/fs/cgroup/*" + cgroupOf(run))
	second, _ := filepath.Glob("/sys/fs/cgroup" + cgroupOf(run))
	return append(first, second...)
}

func TestCloseRemovesEverything(t *testing.T) {
	onEach(t, func(t *testing.T, other *Engine) {
		value, err := Connect(t.Context(), Options{Runtime: other.runtime})
		if err != nil {
			t.Fatal(err)
		}
		e := value.(*Engine)
		var sandboxes []*sandbox
		for _, pod := range []engine.Pod{{}, {WritableRoot: true}, {Network: engine.PodNetwork}, {HostPIDs: true}} {
			s := start(t, e.probe, pod)
			if _, err := s.Join(t.Context(), engine.Shared); err != nil {
				t.Fatal(err)
			}
			sandboxes = append(sandboxes, s)
		}
		state, err := sandboxes[0].State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := unix.Kill(state.PID, unix.SIGSTOP); err != nil {
			t.Error(err)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
		for _, s := range sandboxes {
			if exit, err := s.Wait(within(t, time.Second)); err != nil || exit.Status != 137 {
				t.Errorf("exit %+v, %v", exit, err)
			}
		}
		expectNothing(t, e.run)
	})
}

func TestSweepsOnlyRunsThatHaveEnded(t *testing.T) {
	directory := t.TempDir()
	live, other := string(engine.NewRunID()), "somebody-elses"
	fields := strings.Split(live, "-")
	fields[len(fields)-2] = "1" // no process started then
	dead := strings.Join(fields, "-")
	for _, name := range []string{live, other, dead} {
		if err := os.Mkdir(filepath.Join(directory, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	if got := abandonedRuns(entries); len(got) != 1 || string(got[0]) != dead {
		t.Errorf("got %v, want %s", got, dead)
	}
}
