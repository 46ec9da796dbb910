package probe

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Signal is a signal to a process of the pod.
type Signal struct {
	Process, Signal int
}

// Send sends a signal.
func (*Probe) Send(signal Signal, _ *None) error {
	err := unix.Kill(signal.Process, unix.Signal(signal.Signal))
	if err == unix.ESRCH {
		return fmt.Errorf("%s: process %d is gone", Interference, signal.Process)
	}
	if err != nil {
		return fmt.Errorf("kill(%d, %d): %w", signal.Process, signal.Signal, err)
	}
	return nil
}

// Rounds are signals to a process of the pod, each once a round.
type Rounds struct {
	Process, Count int
	Signals        []int
}

// takingTime is how long a round may wait for the process to take the last one's signals.
const takingTime = 50 * time.Millisecond

// SendRounds sends the signals round by round. A signal that comes before the last one of
// its number was taken is lost in it.
func (p *Probe) SendRounds(ask Rounds, _ *None) error {
	for range ask.Count {
		for _, signal := range ask.Signals {
			if err := p.Send(Signal{ask.Process, signal}, nil); err != nil {
				return err
			}
			// A signal that stops takes a SIGCONT away that is not taken yet (signal(7)).
			if signal == int(unix.SIGCONT) {
				awaitTaken(ask.Process)
			}
		}
		awaitTaken(ask.Process)
	}
	return nil
}

func awaitTaken(process int) {
	for deadline := time.Now().Add(takingTime); hasPending(process) && time.Now().Before(deadline); {
		time.Sleep(takingTime / 50)
	}
}

// hasPending tells whether a process has yet to take a signal.
func hasPending(process int) bool {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	_, pending, _ := strings.Cut(string(status), "\nShdPnd:\t")
	set, _, _ := strings.Cut(pending, "\n")
	return strings.Trim(set, "0") != ""
}

// StormInterval is the time between one round of a storm and the next, as long as the
// machine keeps up.
const StormInterval = time.Millisecond

// Storm sends the signals to PID 1, each once a round, for as long as it lives: the
// kernel ends the probe with it, so the call fails with the connection. It returns when
// the first round has been sent, and goes on in the background.
func (*Probe) Storm(signals []int, _ *None) error {
	round := func() error {
		for _, signal := range signals {
			// EAGAIN: the queue of real-time signals is full, as it should be.
			if err := unix.Kill(1, unix.Signal(signal)); err != nil && err != unix.EAGAIN {
				return fmt.Errorf("kill(1, %d): %w", signal, err)
			}
		}
		return nil
	}
	if err := round(); err != nil {
		return err
	}
	go func() {
		for range time.Tick(StormInterval) {
			if round() != nil {
				return
			}
		}
	}()
	return nil
}
