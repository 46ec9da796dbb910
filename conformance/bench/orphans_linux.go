package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/probe"
)

// orphanMaker is the name under which the bench calls itself to make orphans.
const orphanMaker = "orphan-maker"

// leaveOrphans makes as many orphans as the argument says, each of a parent of
// its own and one after the other: of siblings that are orphaned together, one
// SIGCHLD may tell of many, and each would seem to cost less.
func leaveOrphans(args []string) error {
	count, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for range count {
		if err := new(probe.Probe).LeaveZombies(probe.Orphans{Count: 1}, nil); err != nil {
			return err
		}
	}
	return nil
}

// reaping is what orphans have cost PID 1.
type reaping struct {
	switches float64
	cpu      time.Duration
}

// reap has the sandbox reap orphans, and returns when none is left, or when some are
// after the time limit.
func (s *sandbox) reap(ctx context.Context, orphans int, limit time.Duration) (reaping, error) {
	children, err := s.children()
	if err != nil {
		return reaping{}, err
	}
	before, err := s.cost()
	if err != nil {
		return reaping{}, err
	}
	maker, err := s.enter(orphanMaker, strconv.Itoa(orphans))
	if err != nil {
		return reaping{}, err
	}
	err = until(ctx, patience*time.Duration(1+orphans/1000), patiently, func() (bool, error) {
		var status unix.WaitStatus
		id, err := unix.Wait4(maker, &status, unix.WNOHANG, nil)
		if id == maker && status != 0 {
			err = fmt.Errorf("wait status %#x", uint32(status))
		}
		return id == maker, err
	})
	if err != nil {
		return reaping{}, fmt.Errorf("make %d orphans: %w", orphans, err)
	}
	rest := 0
	err = until(ctx, limit, patiently, func() (bool, error) {
		now, err := s.children()
		rest = len(now) - len(children)
		return rest == 0, err
	})
	if err != nil {
		return reaping{}, fmt.Errorf("reap %d orphans: %d are left: %w", orphans, rest, err)
	}
	after, err := s.cost()
	return reaping{after.switches - before.switches, after.cpu - before.cpu}, err
}

func (s *sandbox) cost() (reaping, error) {
	switches, err := s.switches()
	if err != nil {
		return reaping{}, err
	}
	cpu, err := s.cpu()
	return reaping{switches, cpu}, err
}

// enter starts this program again, in the sandbox and under another name, and
// returns its process ID. It ends with the sandbox.
func (s *sandbox) enter(args ...string) (int, error) {
	namespace, err := os.Open(s.proc() + "/ns/pid")
	if err != nil {
		return 0, err
	}
	defer namespace.Close()
	var pid int
	ready := make(chan error)
	go func() {
		// Never unlocked, so that the thread is not used again: without
		// privileges there is no way back into the namespace that it left.
		runtime.LockOSThread()
		err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWPID)
		if err == nil {
			pid, err = syscall.ForkExec("/proc/self/exe", args, &syscall.ProcAttr{Files: []uintptr{0, 2, 2}})
		}
		ready <- err
	}()
	if err := <-ready; err != nil {
		return 0, fmt.Errorf("enter its PID namespace: %w", err)
	}
	return pid, nil
}
