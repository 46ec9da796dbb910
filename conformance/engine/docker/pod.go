package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/probe"
)

// Probe is an app container in a sandbox's pod that answers the suite's calls.
type Probe struct {
	*Container
	calls      *rpc.Client
	connection net.Conn
}

// Join starts a probe in the namespaces that the spec names.
func (e *Engine) Join(ctx context.Context, spec Spec) (*Probe, error) {
	spec.Image = e.Tag(probeImage)
	spec.Cmd = []string{probe.Serve}
	spec.OpenStdin = true
	spec.AddCaps = []string{"SYS_PTRACE"} // to read what /proc says of a process of another user
	started, err := e.create(ctx, spec)
	if err != nil {
		return nil, err
	}
	attached, err := e.attach(ctx, started)
	if err != nil {
		_ = started.Remove(e.alive)
		if start := new(StartError); errors.As(err, &start) {
			err = start.Err // of the probe, and not of the image that is judged
		}
		return nil, fmt.Errorf("probe: %w", err)
	}
	return attached, nil
}

// Try starts a probe on its own: an engine that runs no container must not be taken
// for an image that does not start, and one that refuses only other users than root
// neither.
func (e *Engine) Try(ctx context.Context) error {
	started, err := e.Join(ctx, Spec{User: "65535:65535"})
	if err != nil {
		return fmt.Errorf("the engine runs no container, not even the suite's own: %w", err)
	}
	return started.Remove(ctx)
}

// Allow runs the suite's own program as the spec says, but for limits, which it does
// not fit in. What an engine refuses even that, as a rootless one does high user ids,
// it does not refuse because of the image. Where the spec joins another container, that
// one may be the reason, and nothing is tried.
func (e *Engine) Allow(ctx context.Context, spec Spec) error {
	if spec.NetworkOf+spec.PIDsOf+spec.IPCOf+spec.UTSOf != "" {
		return nil
	}
	spec.Image, spec.Entrypoint, spec.Cmd = e.Tag(probeImage), nil, []string{probe.Serve}
	spec.PIDsLimit, spec.MemoryLimit = 0, 0
	started, err := e.Start(ctx, spec)
	if err != nil {
		return err
	}
	return started.Remove(ctx)
}

func (e *Engine) attach(ctx context.Context, created *Container) (*Probe, error) {
	attached, err := askOf(ctx, e, e.client.ContainerAttach, created.ID, client.ContainerAttachOptions{
		Stream: true, Stdin: true, Stdout: true, Stderr: true,
	})
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	if err := created.Start(ctx); err != nil {
		attached.Close()
		return nil, err
	}
	answers, demultiplexed := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(demultiplexed, io.Discard, attached.Reader)
		demultiplexed.CloseWithError(err)
	}()
	codec := jsonrpc.NewClientCodec(stream{answers, attached.Conn})
	return &Probe{Container: created, calls: rpc.NewClientWithCodec(codec), connection: attached.Conn}, nil
}

type stream struct {
	io.ReadCloser
	net.Conn
}

func (s stream) Read(p []byte) (int, error) { return s.ReadCloser.Read(p) }

func (s stream) Close() error {
	s.ReadCloser.Close()
	return s.Conn.Close()
}

// Call calls a method of probe.Probe. The error rpc.ErrShutdown or io.EOF says
// that the probe has ended.
func (p *Probe) Call(ctx context.Context, method string, argument, result any) error {
	call := p.calls.Go("Probe."+method, argument, result, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		if call.Error != nil {
			return fmt.Errorf("probe %s: %w", method, call.Error)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("probe %s: %w", method, ctx.Err())
	}
}

// Remove ends the probe.
func (p *Probe) Remove(ctx context.Context) error {
	_ = p.calls.Close()
	return p.Container.Remove(ctx)
}
