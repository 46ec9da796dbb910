package probe

import (
	"fmt"
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
