package probe

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// StartChildren starts a child for each exit status. They live until Statuses.
func (p *Probe) StartChildren(statuses []int, _ *None) error {
	read, err := p.brood.start()
	if err != nil {
		return err
	}
	defer unix.Close(read)
	for _, status := range statuses {
		own := offspring{waits: true, read: read, write: p.brood.release, status: status}
		child, errno := own.birth()
		if errno != 0 {
			return fmt.Errorf("fork: %w", errno)
		}
		p.brood.children = append(p.brood.children, child)
	}
	return nil
}

// Statuses lets the children of StartChildren end, and returns what waiting for each of
// them gave.
func (p *Probe) Statuses(_ None, got *[]int) error {
	if err := p.Release(None{}, nil); err != nil {
		return err
	}
	for _, child := range p.brood.children {
		var status unix.WaitStatus
		if _, err := unix.Wait4(child, &status, 0, nil); err != nil {
			return fmt.Errorf("wait for the probe's own child %d: %w", child, err)
		}
		*got = append(*got, status.ExitStatus())
	}
	return nil
}
