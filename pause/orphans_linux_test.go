package main_test

import (
	"syscall"
	"testing"
	"time"
)

var orphanKinds = []struct {
	name, kind string
	signals    []syscall.Signal
}{
	{"that end after they were re-parented", "asleep", []syscall.Signal{syscall.SIGTERM}},
	{"that died before they were re-parented", "dead", nil},
	{"of a set-sid double fork", "daemons", []syscall.Signal{syscall.SIGKILL}},
	{"that are killed while stopped", "asleep", []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL}},
}

// negligent leaves an init that reaps nothing: what a test does not find under
// pause, it must find there.
var negligent = launch{}

func TestReapsOrphans(t *testing.T) {
	const count = 20
	for _, test := range orphanKinds {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			control := startSandbox(t, negligent)
			control.orphan(test.kind, count, test.signals...)
			eventually(t, "zombies are seen where nobody reaps", func() bool { return control.zombies() == count })

			s := startSandbox(t, asPause())
			s.settle()
			s.orphan(test.kind, count, test.signals...)
			s.expectNoOrphan()
			s.expectExitOn(syscall.SIGTERM)
		})
	}
}

func TestReapsChildrenFromBeforeExec(t *testing.T) {
	const count = 3
	pauseWithLeftovers := asPause()
	pauseWithLeftovers.Leftovers = count
	t.Run("that are dead", func(t *testing.T) {
		t.Parallel()
		control := startSandbox(t, launch{Leftovers: count})
		eventually(t, "zombies are seen where nobody reaps", func() bool { return control.zombies() == count })

		s := startSandbox(t, pauseWithLeftovers)
		s.settle()
		s.expectNoOrphan()
	})
	t.Run("that die later", func(t *testing.T) {
		t.Parallel()
		control := startSandbox(t, negligent)
		control.agent.Close()
		eventually(t, "a zombie is seen where nobody reaps", func() bool { return control.states() == "Z" })

		s := startSandbox(t, pauseWithLeftovers)
		s.settle()
		s.agent.Close()
		eventually(t, "no child is left", func() bool { return s.states() == "" })
		s.expectExitOn(syscall.SIGTERM)
	})
}

func TestReapsThousandsAtOnceWithoutWakingUp(t *testing.T) {
	for _, test := range orphanKinds[:2] {
		t.Run(test.name, func(t *testing.T) {
			s := startSandbox(t, asPause())
			s.settle()
			before := s.status("voluntary_ctxt_switches")
			count := crowd(func(sample int) {
				s.orphan(test.kind, sample, test.signals...)
				s.expectNoOrphan()
			})
			t.Logf("%d orphans", count)
			s.orphan(test.kind, count, test.signals...)
			s.expectNoOrphan()
			if after := s.status("voluntary_ctxt_switches"); after != before {
				t.Errorf("woken: %s context switches, %s before", after, before)
			}
			s.expectExitOn(syscall.SIGTERM)
		})
	}
}

// crowd returns how many orphans the machine can bear at once: as many as it makes in a
// few seconds, by a sample. An emulated processor makes a few hundred a second.
func crowd(try func(sample int)) int {
	const (
		least  = 1_000
		most   = 10_000
		sample = 100
		limit  = 5 * time.Second
	)
	started := time.Now()
	try(sample)
	return max(least, min(most, int(sample*limit/time.Since(started))))
}

func TestLeavesChildrenToTheirParents(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, asPause())
	s.settle()
	var pid int
	s.do("Child", 0, &pid)
	s.kill(pid, syscall.SIGUSR1)
	agent := s.agentPID()
	eventually(t, "the child is its parent's zombie", func() bool { return states(agent) == "Z" })
	var status syscall.WaitStatus
	s.do("Wait", pid, &status)
	if !status.Signaled() || status.Signal() != syscall.SIGUSR1 {
		t.Errorf("the parent got status %#x", status)
	}
}
