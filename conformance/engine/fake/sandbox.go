package fake

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// Sandbox is a sandbox that does what its fields say.
type Sandbox struct {
	// OnSignal is what a signal does.
	OnSignal func(unix.Signal)

	// Probe answers the calls of those that join.
	Probe *Probe

	// OnJoin is what Join does besides. It may be nil.
	OnJoin func()

	// JoinError and RestartError are the errors of Join and Restart, unless nil.
	JoinError, RestartError error

	once sync.Once
	end  chan struct{}
	exit engine.Exit
}

// End ends the sandbox with the status.
func (s *Sandbox) End(status int) {
	s.once.Do(func() {
		s.exit = engine.Exit{Status: status, Time: time.Now()}
		close(s.end)
		s.Probe.hangUp()
	})
}

// Join serves the probe's calls.
func (s *Sandbox) Join(context.Context, engine.Namespaces) (engine.Container, error) {
	if s.JoinError != nil {
		return nil, s.JoinError
	}
	select {
	case <-s.end:
		return nil, errors.New("the sandbox has ended")
	default:
	}
	if s.OnJoin != nil {
		s.OnJoin()
	}
	here, there := net.Pipe()
	server := rpc.NewServer()
	if err := server.RegisterName("Probe", s.Probe); err != nil {
		return nil, err
	}
	go server.ServeCodec(jsonrpc.NewServerCodec(there))
	s.Probe.serve(there)
	return &container{sandbox: s, stream: here}, nil
}

// Signal does what OnSignal says.
func (s *Sandbox) Signal(_ context.Context, signal unix.Signal) error {
	s.OnSignal(signal)
	return nil
}

// State is running until End.
func (s *Sandbox) State(context.Context) (engine.State, error) {
	select {
	case <-s.end:
		return engine.State{Exit: s.exit}, nil
	default:
		return engine.State{Running: true, PID: 1000}, nil
	}
}

// Wait waits for End.
func (s *Sandbox) Wait(ctx context.Context) (engine.Exit, error) {
	select {
	case <-s.end:
		return s.exit, nil
	case <-ctx.Done():
		return engine.Exit{}, context.Cause(ctx)
	}
}

// Output is that of a sandbox which can be ended.
func (s *Sandbox) Output(context.Context) (stdout, stderr string, err error) {
	return probe.Ready, "", nil
}

// Freeze is unsupported.
func (s *Sandbox) Freeze(context.Context) error {
	return engine.Unsupported("a fake engine has no freezer")
}

// KillParent is unsupported.
func (s *Sandbox) KillParent(context.Context) error {
	return engine.Unsupported("a fake engine has no process for each sandbox")
}

// Restart returns RestartError, and is unsupported where that is nil.
func (s *Sandbox) Restart(context.Context) error {
	if s.RestartError != nil {
		return s.RestartError
	}
	return engine.Unsupported("a fake engine restarts nothing")
}

// Stop sends SIGTERM.
func (s *Sandbox) Stop(ctx context.Context) error { return s.Signal(ctx, unix.SIGTERM) }

// Remove ends the sandbox.
func (s *Sandbox) Remove(context.Context) error {
	s.End(137)
	return nil
}

// container is a probe that has joined a sandbox.
type container struct {
	sandbox *Sandbox
	stream  net.Conn
}

func (c *container) Stream() io.ReadWriteCloser { return c.stream }

func (c *container) Exec(context.Context, []string) (int, error) { return 0, nil }

// Wait ends when the probe has hung up.
func (c *container) Wait(ctx context.Context) (engine.Exit, error) {
	select {
	case <-c.sandbox.Probe.ended():
		return engine.Exit{Status: 137, Time: time.Now()}, nil
	case <-ctx.Done():
		return engine.Exit{}, context.Cause(ctx)
	}
}

func (c *container) Remove(context.Context) error { return c.stream.Close() }
