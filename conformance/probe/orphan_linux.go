package probe

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// waiting is a set of processes that wait for one event to end.
type waiting struct {
	release  int   // the pipe's writing end, or 0
	children []int // of the probe itself, in the order of StartChildren
}

// start opens the pipe, and returns its end that is waited for.
func (w *waiting) start() (read int, err error) {
	if w.release != 0 {
		return 0, errors.New("those of the last call have not been released")
	}
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return 0, fmt.Errorf("pipe: %w", err)
	}
	w.release = pipe[1]
	return pipe[0], nil
}

// Orphans asks for orphans.
type Orphans struct {
	Count int

	// Sessions have each lead a session of its own, as daemons do.
	Sessions bool

	// Ends are how they end, in turn: an exit status, or less than 0 for a signal. They
	// exit with 0 unless set.
	Ends []int

	// IDs are the process ids that they have, one for each, where set. That takes
	// CAP_SYS_ADMIN and a kernel.pid_max above them.
	IDs []int
}

// children returns what the orphans are, before they are orphans.
func (o Orphans) children() []child {
	children := make([]child, o.Count)
	for i := range children {
		children[i].session = o.Sessions
		if len(o.Ends) > 0 {
			children[i].end = o.Ends[i%len(o.Ends)]
		}
		if i < len(o.IDs) {
			children[i].id = int32(o.IDs[i])
		}
	}
	return children
}

// LeaveWaiting leaves orphans that live until Release, and returns when PID 1 is
// their parent.
func (p *Probe) LeaveWaiting(orphans Orphans, _ *None) error {
	reader, err := p.waiting.start()
	if err != nil {
		return err
	}
	defer unix.Close(reader)
	children := orphans.children()
	for i := range children {
		children[i].waits, children[i].read, children[i].write = true, reader, p.waiting.release
	}
	if err := leave(children); err != nil {
		return errors.Join(err, p.Release(None{}, nil))
	}
	return nil
}

// Release lets all that wait end at once.
func (p *Probe) Release(None, *None) error {
	err := unix.Close(p.waiting.release)
	p.waiting.release = 0
	return err
}

// LeaveZombies makes zombies whose parent then ends.
func (*Probe) LeaveZombies(orphans Orphans, _ *None) error { return leave(orphans.children()) }

// perParent is how many orphans of a steady stream have one parent. A fork copies the
// page tables of this whole program, and fewer parents are fewer forks.
const perParent = 10

// LeaveSteadily makes orphans, some at a time, for as long as it takes.
func (*Probe) LeaveSteadily(orphans Orphans, _ *None) error {
	for children := orphans.children(); len(children) > 0; {
		next := min(len(children), perParent)
		if err := leave(children[:next]); err != nil {
			return err
		}
		children = children[next:]
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
	own := child{}
	id, errno := own.start()
	if errno != 0 {
		return fmt.Errorf("fork: %w", errno)
	}
	awaitZombie(id)
	var zombies []Process
	err := p.Zombies(None{}, &zombies)
	_, waitErr := unix.Wait4(id, nil, 0, nil)
	if err := errors.Join(err, waitErr); err != nil {
		return err
	}
	for _, zombie := range zombies {
		if zombie.ID == id {
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
	alive, zombies := Orphans{Count: 10}.children(), Orphans{Count: 10}.children()
	for i := range alive {
		alive[i].waits, alive[i].read, alive[i].write = true, pipe[0], pipe[1]
	}
	if err := errors.Join(leave(alive), leave(zombies)); err != nil {
		return err
	}
	return nil // the end of the process is the end of the pipe
}
