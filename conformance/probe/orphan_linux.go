package probe

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// brood is a set of processes that wait for one event to end.
type brood struct {
	release  int   // the pipe's writing end, or 0
	children []int // of the probe itself, in the order of StartChildren
}

// start opens the pipe, and returns its end that is waited for.
func (b *brood) start() (read int, err error) {
	if b.release != 0 {
		return 0, errors.New("those of the last call have not been released")
	}
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return 0, fmt.Errorf("pipe: %w", err)
	}
	b.release = pipe[1]
	return pipe[0], nil
}

// Orphans asks for orphans.
type Orphans struct {
	Count int

	// Sessions have each lead a session of its own, as daemons do.
	Sessions bool
}

// LeaveWaiting leaves orphans that live until Release, and returns when PID 1 is
// their parent.
func (p *Probe) LeaveWaiting(ask Orphans, _ *None) error {
	read, err := p.brood.start()
	if err != nil {
		return err
	}
	defer unix.Close(read)
	orphans := offspring{session: ask.Sessions, waits: true, read: read, write: p.brood.release}
	return orphans.leave(ask.Count)
}

// Release lets all that wait end at once.
func (p *Probe) Release(None, *None) error {
	err := unix.Close(p.brood.release)
	p.brood.release = 0
	return err
}

// LeaveZombies makes zombies whose parent then ends.
func (*Probe) LeaveZombies(ask Orphans, _ *None) error {
	orphans := offspring{session: ask.Sessions}
	return orphans.leave(ask.Count)
}

// litter is how many orphans of a steady stream have one parent. A fork copies the
// page tables of this whole program, and fewer parents are fewer forks.
const litter = 10

// LeaveSteadily makes orphans, some at a time, for as long as it takes.
func (*Probe) LeaveSteadily(ask Orphans, _ *None) error {
	for left := ask.Count; left > 0; left -= litter {
		if err := new(offspring).leave(min(left, litter)); err != nil {
			return err
		}
	}
	return nil
}

// Zombies lists the zombies of the PID namespace.
func (p *Probe) Zombies(_ None, zombies *[]Process) error {
	var all []Process
	if err := p.Processes(None{}, &all); err != nil {
		return err
	}
	for _, process := range all {
		if process.State == "Z" {
			*zombies = append(*zombies, process)
		}
	}
	return nil
}

// SelfTest shows that Zombies would find one: it makes a zombie, looks, and reaps
// it. It is an error when the zombie is not seen.
func (p *Probe) SelfTest(None, *None) error {
	child, errno := fork()
	if errno != 0 {
		return fmt.Errorf("fork: %w", errno)
	}
	if child == 0 {
		exit(0)
	}
	awaitZombie(child)
	var zombies []Process
	err := p.Zombies(None{}, &zombies)
	_, waitErr := unix.Wait4(child, nil, 0, nil)
	if err := errors.Join(err, waitErr); err != nil {
		return err
	}
	for _, zombie := range zombies {
		if zombie.ID == child {
			return nil
		}
	}
	return errors.New("the probe is blind: it does not see a zombie that it has made")
}

// leaveOrphans is what an exec probe that cleans up badly does.
func leaveOrphans() error {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("pipe: %w", err)
	}
	dying, dead := offspring{waits: true, read: pipe[0], write: pipe[1]}, offspring{}
	if err := errors.Join(dying.leave(10), dead.leave(10)); err != nil {
		return err
	}
	return nil // the end of the process is the end of the pipe
}
