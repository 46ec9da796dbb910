package probe

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Signal is a signal to a process of the pod.
type Signal struct {
	Process, Signal int
}

// Send sends a signal.
func (*Probe) Send(ask Signal, _ *None) error {
	if err := unix.Kill(ask.Process, unix.Signal(ask.Signal)); err != nil {
		return fmt.Errorf("kill(%d, %d): %w", ask.Process, ask.Signal, err)
	}
	return nil
}

// Storm sends signals to PID 1 for as long as it lives: the kernel ends the
// probe with it, so the call fails with the connection. It returns when the
// first round has been sent, and goes on in the background.
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
		for round() == nil {
		}
	}()
	return nil
}
