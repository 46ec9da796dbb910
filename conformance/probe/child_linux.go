package probe

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// StartChildren starts a child for each exit status. They live until Statuses.
func (p *Probe) StartChildren(statuses []int, _ *None) error {
	reader, err := p.waiting.start()
	if err != nil {
		return err
	}
	defer unix.Close(reader)
	for _, status := range statuses {
		own := child{waits: true, read: reader, write: p.waiting.release, end: status}
		id, errno := own.start()
		if errno != 0 {
			return fmt.Errorf("fork: %w", errno)
		}
		p.waiting.children = append(p.waiting.children, id)
	}
	return nil
}

// Statuses lets the children of StartChildren end, and returns what waiting for each of
// them gave.
func (p *Probe) Statuses(_ None, statuses *[]int) error {
	if err := p.Release(None{}, nil); err != nil {
		return err
	}
	for _, child := range p.waiting.children {
		var status unix.WaitStatus
		if _, err := unix.Wait4(child, &status, 0, nil); err != nil {
			return fmt.Errorf("wait for the probe's own child %d: %w", child, err)
		}
		*statuses = append(*statuses, status.ExitStatus())
	}
	return nil
}
