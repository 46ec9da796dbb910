package cgroup

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// group is a group of the test's own, which the test removes.
func group(t *testing.T) *Group {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("makes cgroups, as root")
	}
	g, err := Open(fmt.Sprintf("/pause-conformance-test-%d", os.Getpid()))
	if err != nil {
		t.Skip(err)
	}
	if err := g.hierarchies[0].make(g.path); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := g.Remove(); err != nil {
			t.Error(err)
		}
	})
	return g
}

func sleeper(t *testing.T) *exec.Cmd {
	t.Helper()
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	return command
}

func TestAGroupsProcessesAreKilledAndItIsRemoved(t *testing.T) {
	g := group(t)
	child := g.Child("a").Child("b")
	command := sleeper(t)
	if err := child.Add(command.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if pids := g.processes(); !slices.Equal(pids, []int{command.Process.Pid}) {
		t.Errorf("its processes are %v", pids)
	}
	if names := g.Children(); !slices.Equal(names, []string{"a"}) {
		t.Errorf("its children are %v", names)
	}
	end := make(chan error)
	go func() { end <- command.Wait() }()
	if err := g.Kill(); err != nil {
		t.Fatal(err)
	}
	<-end
	if err := g.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(g.hierarchies[0].directory(g.path)); err == nil {
		t.Error("it is left")
	}
}

func TestAProcessLeavesTheLimitsOfAnotherGroup(t *testing.T) {
	g := group(t)
	limited, free := g.Child("limited"), g.Child("free")
	for _, limits := range []Limits{{PIDs: 77}, {Memory: 64 << 20}} {
		if err := limited.Limit(limits); err != nil {
			t.Skip(err)
		}
	}
	pid := sleeper(t).Process.Pid
	if err := limited.Take(pid); err != nil {
		t.Fatal(err)
	}
	if !limited.Holds(pid) || !g.Holds(pid) || free.Holds(pid) {
		t.Error("it is not in the group that has taken it")
	}
	if err := free.Take(pid); err != nil {
		t.Fatal(err)
	}
	if limited.Holds(pid) || !free.Holds(pid) {
		t.Error("it is still in the group that had it")
	}
}

func TestAGroupsLimitsAreTheKernels(t *testing.T) {
	g := group(t)
	if err := g.Limit(Limits{PIDs: 77, Memory: 64 << 20}); err != nil {
		t.Skip(err)
	}
	values := map[string]bool{}
	for _, h := range g.hierarchies {
		for _, file := range []string{"pids.max", "memory.max", "memory.limit_in_bytes"} {
			values[read(filepath.Join(h.directory(g.path), file))] = true
		}
	}
	if !values["77"] || !values[fmt.Sprint(64<<20)] {
		t.Errorf("the limits are %v", values)
	}
}

// freezable moves the process into the group, and returns the directory that can freeze it.
func freezable(t *testing.T, g *Group, command *exec.Cmd) (directory string) {
	t.Helper()
	for _, h := range g.hierarchies {
		if !h.has("freezer") {
			continue
		}
		if err := h.make(g.path); err != nil {
			t.Skip(err)
		}
		directory = h.directory(g.path)
		if err := write(filepath.Join(directory, "cgroup.procs"), fmt.Sprint(command.Process.Pid)); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

// TestAFrozenGroupIsKilled is of what a run leaves that was killed while it froze a sandbox.
func TestAFrozenGroupIsKilled(t *testing.T) {
	g := group(t)
	command := sleeper(t)
	directory := freezable(t, g, command)
	if write(filepath.Join(directory, "freezer.state"), "FROZEN") != nil {
		if err := write(filepath.Join(directory, "cgroup.freeze"), "1"); err != nil {
			t.Skip(err)
		}
	}
	end := make(chan error)
	go func() { end <- command.Wait() }()
	if err := g.Kill(); err != nil {
		t.Fatal(err)
	}
	<-end
}

func TestAProcessIsFrozenAndGoesOn(t *testing.T) {
	g := group(t)
	command := sleeper(t)
	freezable(t, g, command)
	if err := Freeze(command.Process.Pid); err != nil {
		t.Fatal(err)
	}
	err := eventually(func() error {
		if state := read(fmt.Sprintf("/proc/%d/stat", command.Process.Pid)); !strings.Contains(state, ") S ") {
			return fmt.Errorf("afterwards it does not sleep: %s", state)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	_ = command.Process.Kill()
	_ = command.Wait()
	if err := Freeze(command.Process.Pid); err == nil {
		t.Error("a process that is gone can be frozen")
	}
}
