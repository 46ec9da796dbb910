package main_test

import (
	"fmt"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// lastSignal is the highest real-time signal.
const lastSignal = 64

func TestTakesSignals(t *testing.T) {
	for signal := syscall.Signal(1); signal <= lastSignal; signal++ {
		t.Run(signalName(signal)+" from outside", func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, asPause())
			s.settle()
			switch s.signal(signal); signal {
			case syscall.SIGINT, syscall.SIGTERM:
				s.expectExit(signal)
				return
			case syscall.SIGKILL:
				s.expectStatus("signal: killed")
				return
			case syscall.SIGSTOP:
				s.stopsAndGoesOn()
			}
			s.expectReaping()
			s.expectExitOn(syscall.SIGTERM)
		})
		t.Run(signalName(signal)+" from inside", func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, asPause())
			s.settle()
			if signal == syscall.SIGINT || signal == syscall.SIGTERM {
				// The agent may end before it can tell that it has sent it.
				s.agent.Go("Agent.Kill", Kill{1, signal}, new(int), nil)
				s.expectExit(signal)
				return
			}
			s.kill(1, signal)
			s.expectReaping()
			s.expectExitOn(syscall.SIGTERM)
		})
	}
}

func TestTakesSIGTERMThatPrecedesIt(t *testing.T) {
	t.Parallel()
	l := asPause()
	l.Circumstance = pendingSIGTERM
	s := startSandbox(t, l)
	s.expectStatus("exit status 0")
	s.expectLines("Shutting down, got signal: Terminated")
}

func TestTakesSIGTERMInAStormOfOthers(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, asPause())
	s.settle()
	others := []syscall.Signal{syscall.SIGCHLD, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGCONT, 40, lastSignal}
	storm := s.agent.Go("Agent.Storm", others, new(int), nil)
	for range 10_000 {
		for _, signal := range others {
			s.signal(signal)
		}
	}
	select {
	case <-storm.Done:
		t.Fatalf("storm: %v", storm.Error)
	default:
	}
	s.expectExitOn(syscall.SIGTERM)
}

// stopsAndGoesOn waits for a stopped process to stop and lets it go on.
func (p *process) stopsAndGoesOn() {
	p.t.Helper()
	eventually(p.t, "the process is stopped", func() bool {
		now, err := readStat(p.Process.Pid)
		return err == nil && now.state == "T"
	})
	p.signal(syscall.SIGCONT)
}

// sendPendingSIGTERM leaves to the program a signal that only it can take.
func sendPendingSIGTERM() error {
	if err := blockSignals(); err != nil {
		return err
	}
	return unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGTERM)
}

func signalName(signal syscall.Signal) string {
	if name := unix.SignalName(signal); name != "" {
		return name
	}
	return fmt.Sprint("signal ", int(signal))
}
