package fake

import (
	"net"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/probe"
)

// Probe answers as a probe does in the pod of a sandbox that serves as it should.
type Probe struct {
	// Orphans are the children of PID 1.
	Orphans []probe.Process

	// Killed ends the connection at the next call, as a sandbox does that kills the probe.
	Killed bool

	// OnSelfTest is what SelfTest does besides. It may be nil.
	OnSelfTest func()

	mutex   sync.Mutex
	streams []net.Conn
	end     chan struct{}
}

func (p *Probe) serve(stream net.Conn) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.streams = append(p.streams, stream)
}

// ended is closed when the probe has hung up.
func (p *Probe) ended() chan struct{} {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.end == nil {
		p.end = make(chan struct{})
	}
	return p.end
}

func (p *Probe) hangUp() {
	end := p.ended()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, stream := range p.streams {
		_ = stream.Close()
	}
	select {
	case <-end:
	default:
		close(end)
	}
}

// Init is a PID 1 that sleeps.
func (p *Probe) Init(_ probe.None, process *probe.Process) error {
	if p.Killed {
		p.hangUp()
	}
	*process = probe.Process{ID: 1, State: "S", Command: []string{"/pause"}, Threads: 1}
	return nil
}

// Processes are PID 1 and the orphans.
func (p *Probe) Processes(_ probe.None, processes *[]probe.Process) error {
	*processes = append([]probe.Process{{ID: 1, State: "S", Command: []string{"/pause"}}}, p.Orphans...)
	return nil
}

// Zombies are none.
func (p *Probe) Zombies(probe.None, *[]probe.Process) error { return nil }

// SelfTest succeeds.
func (p *Probe) SelfTest(probe.None, *probe.None) error {
	if p.OnSelfTest != nil {
		p.OnSelfTest()
	}
	return nil
}

// LeaveWaiting adds orphans.
func (p *Probe) LeaveWaiting(orphans probe.Orphans, _ *probe.None) error {
	for i := range orphans.Count {
		p.Orphans = append(p.Orphans, probe.Process{ID: 100 + i, Parent: 1, State: "S"})
	}
	return nil
}

// Send stops an orphan, or lets it go on.
func (p *Probe) Send(signal probe.Signal, _ *probe.None) error {
	states := map[int]string{int(unix.SIGSTOP): "T", int(unix.SIGCONT): "S"}
	for i, orphan := range p.Orphans {
		if state, known := states[signal.Signal]; known && orphan.ID == signal.Process {
			p.Orphans[i].State = state
		}
	}
	return nil
}

// Release ends the orphans.
func (p *Probe) Release(probe.None, *probe.None) error {
	p.Orphans = nil
	return nil
}

// LeaveZombies leaves none.
func (p *Probe) LeaveZombies(probe.Orphans, *probe.None) error { return nil }

// LeaveSteadily leaves none.
func (p *Probe) LeaveSteadily(probe.Orphans, *probe.None) error { return nil }

// SendRounds sends nothing.
func (p *Probe) SendRounds(probe.Rounds, *probe.None) error { return nil }

// InitMemory is none.
func (p *Probe) InitMemory(probe.None, *int64) error { return nil }

// InitSettings are none.
func (p *Probe) InitSettings(probe.None, *probe.Settings) error { return nil }

// Holdings are none.
func (p *Probe) Holdings(probe.None, *probe.Holdings) error { return nil }

// Status is empty.
func (p *Probe) Status(probe.None, *string) error { return nil }
