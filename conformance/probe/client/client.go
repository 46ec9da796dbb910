// Package client calls a probe. It is not part of package probe, which starts before
// net/rpc and all that this needs.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/rpc"
	"net/rpc/jsonrpc"
	"time"

	"github.com/podsandbox/pause/conformance/probe"
)

// Timeout limits each call, by the clock, and WorkTimeout each that makes thousands of
// processes or sockets: a busy machine takes long over these.
const (
	Timeout     = 30 * time.Second
	WorkTimeout = 2 * time.Minute
)

func timeout(method string) time.Duration {
	switch method {
	case "LeaveWaiting", "LeaveZombies", "LeaveSteadily", "TakenPorts":
		return WorkTimeout
	}
	return Timeout
}

var (
	// ErrUnresponsive is the error of a call that the probe does not answer in time.
	ErrUnresponsive = errors.New("no answer")

	// ErrBroken is the error of a call whose stream has ended, in whichever way the kernel
	// and the engine tell that.
	ErrBroken = errors.New("the stream has ended")
)

// Client calls the probe at the other end of a byte stream, each method that of Probe
// with the same name. Every error names the method. It wraps ErrBroken when the
// probe has ended, and ErrUnresponsive after the timeout.
type Client struct{ calls *rpc.Client }

// New returns a client of the probe that serves the stream.
func New(stream io.ReadWriteCloser) *Client {
	return &Client{rpc.NewClientWithCodec(jsonrpc.NewClientCodec(stream))}
}

// Close closes the stream, which ends the probe.
func (c *Client) Close() error { return c.calls.Close() }

// call waits for the result, or for the context.
func call[Result any](ctx context.Context, c *Client, method string, argument any) (result Result, err error) {
	limit := timeout(method)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w for %s", ErrUnresponsive, limit))
	defer cancel()
	answer := new(Result)
	reply := c.calls.Go("Probe."+method, argument, answer, make(chan *rpc.Call, 1))
	select {
	case <-reply.Done:
		switch answered := new(rpc.ServerError); {
		case reply.Error == nil:
			return *answer, nil
		case errors.As(reply.Error, answered):
			return result, fmt.Errorf("probe %s: %w", method, reply.Error)
		}
		return result, fmt.Errorf("probe %s: %w: %w", method, ErrBroken, reply.Error)
	case <-ctx.Done():
		return result, fmt.Errorf("probe %s: %w", method, context.Cause(ctx))
	}
}

func (c *Client) get(ctx context.Context, method string, argument any) error {
	_, err := call[probe.None](ctx, c, method, argument)
	return err
}

// Process information.

// Processes lists the processes of the PID namespace except the probe.
func (c *Client) Processes(ctx context.Context) ([]probe.Process, error) {
	return call[[]probe.Process](ctx, c, "Processes", probe.None{})
}

// Zombies lists the zombies of the PID namespace.
func (c *Client) Zombies(ctx context.Context) ([]probe.Process, error) {
	return call[[]probe.Process](ctx, c, "Zombies", probe.None{})
}

// Init returns PID 1. It alone counts context switches and the delay in nanoseconds.
func (c *Client) Init(ctx context.Context) (probe.Process, error) {
	return call[probe.Process](ctx, c, "Init", probe.None{})
}

// InitMemory returns the resident memory of PID 1 in bytes, from its page tables.
func (c *Client) InitMemory(ctx context.Context) (bytes int64, err error) {
	return call[int64](ctx, c, "InitMemory", probe.None{})
}

// InitFiles returns what each descriptor of PID 1 refers to, by its number.
func (c *Client) InitFiles(ctx context.Context) (map[int]string, error) {
	return call[map[int]string](ctx, c, "InitFiles", probe.None{})
}

// InitProgram returns the SHA-256 of the program that PID 1 runs, in hexadecimal.
func (c *Client) InitProgram(ctx context.Context) (digest string, err error) {
	return call[string](ctx, c, "InitProgram", probe.None{})
}

// InitSettings returns the settings of PID 1.
func (c *Client) InitSettings(ctx context.Context) (probe.Settings, error) {
	return call[probe.Settings](ctx, c, "InitSettings", probe.None{})
}

// Settings returns the settings of the probe.
func (c *Client) Settings(ctx context.Context) (probe.Settings, error) {
	return call[probe.Settings](ctx, c, "Settings", probe.None{})
}

// Status returns /proc/1/status, as evidence.
func (c *Client) Status(ctx context.Context) (string, error) {
	return call[string](ctx, c, "Status", probe.None{})
}

// Namespaces.

// Namespace returns the identity of the probe's namespace of a kind: net, ipc, pid or uts.
func (c *Client) Namespace(ctx context.Context, kind string) (identity string, err error) {
	return call[string](ctx, c, "Namespace", kind)
}

// InitNamespace returns the identity of PID 1's namespace of a kind.
func (c *Client) InitNamespace(ctx context.Context, kind string) (identity string, err error) {
	return call[string](ctx, c, "InitNamespace", kind)
}

// Addresses lists the addresses of every network interface, in CIDR form.
func (c *Client) Addresses(ctx context.Context) (texts []string, err error) {
	addresses, err := call[[]probe.Address](ctx, c, "Addresses", probe.None{})
	for _, address := range addresses {
		if ip, ok := netip.AddrFromSlice(address.Bytes); ok {
			texts = append(texts, netip.PrefixFrom(ip, address.Prefix).String())
		}
	}
	return texts, err
}

// TakenPorts lists the ports that a socket is bound to, as "tcp 80".
func (c *Client) TakenPorts(ctx context.Context) ([]string, error) {
	return call[[]string](ctx, c, "TakenPorts", probe.None{})
}

// Holdings lists what in the pod's namespaces could be the sandbox's.
func (c *Client) Holdings(ctx context.Context) (probe.Holdings, error) {
	return call[probe.Holdings](ctx, c, "Holdings", probe.None{})
}

// Hostname returns the host name of the UTS namespace.
func (c *Client) Hostname(ctx context.Context) (string, error) {
	return call[string](ctx, c, "Hostname", probe.None{})
}

// Listen listens on a TCP port of localhost until the probe ends, and greets every client.
func (c *Client) Listen(ctx context.Context, port int) error { return c.get(ctx, "Listen", port) }

// Dial connects to the port of localhost. It is an error when no probe greets it.
func (c *Client) Dial(ctx context.Context, port int) error { return c.get(ctx, "Dial", port) }

// MakeIPC makes a System V shared memory segment and a POSIX message queue.
func (c *Client) MakeIPC(ctx context.Context) error { return c.get(ctx, "MakeIPC", probe.None{}) }

// FindIPC tells which objects of MakeIPC the IPC namespace has.
func (c *Client) FindIPC(ctx context.Context) (probe.IPC, error) {
	return call[probe.IPC](ctx, c, "FindIPC", probe.None{})
}

// Signals, orphans and children.

// Send sends a signal to a process of the pod.
func (c *Client) Send(ctx context.Context, signal probe.Signal) error {
	return c.get(ctx, "Send", signal)
}

// SendRounds sends signals to a process of the pod, each once a round.
func (c *Client) SendRounds(ctx context.Context, rounds probe.Rounds) error {
	return c.get(ctx, "SendRounds", rounds)
}

// Storm sends the signals to PID 1, once in each StormInterval, until PID 1 ends and the
// kernel ends the probe with it. It returns after the first round.
func (c *Client) Storm(ctx context.Context, signals []int) error {
	return c.get(ctx, "Storm", signals)
}

// SelfTest makes a zombie and reaps it. It is an error when Zombies does not list it.
func (c *Client) SelfTest(ctx context.Context) error { return c.get(ctx, "SelfTest", probe.None{}) }

// LeaveWaiting leaves orphans that live until Release.
func (c *Client) LeaveWaiting(ctx context.Context, orphans probe.Orphans) error {
	return c.get(ctx, "LeaveWaiting", orphans)
}

// Release lets the orphans of LeaveWaiting and the children of StartChildren exit.
func (c *Client) Release(ctx context.Context) error { return c.get(ctx, "Release", probe.None{}) }

// LeaveZombies makes zombies whose parent exits, so that PID 1 has to reap them.
func (c *Client) LeaveZombies(ctx context.Context, orphans probe.Orphans) error {
	return c.get(ctx, "LeaveZombies", orphans)
}

// LeaveSteadily makes orphans in small groups, for as long as that takes.
func (c *Client) LeaveSteadily(ctx context.Context, orphans probe.Orphans) error {
	return c.get(ctx, "LeaveSteadily", orphans)
}

// StartChildren starts a child of the probe for each exit status. They live until Statuses.
func (c *Client) StartChildren(ctx context.Context, statuses []int) error {
	return c.get(ctx, "StartChildren", statuses)
}

// Statuses lets the children of StartChildren exit, and returns their exit statuses.
func (c *Client) Statuses(ctx context.Context) ([]int, error) {
	return call[[]int](ctx, c, "Statuses", probe.None{})
}
