package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"time"
)

// Timeout is how long a call may take, and WorkTimeout one that makes thousands of processes or
// sockets, for which a busy machine takes long.
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

// ErrUnresponsive says that the probe has not answered in time.
var ErrUnresponsive = errors.New("no answer")

// Client calls the probe at the other end of a byte stream. Each method is that of
// Probe with the same name. An error that wraps rpc.ErrShutdown or io.EOF says that
// the probe has ended.
type Client struct{ calls *rpc.Client }

// NewClient returns a client of the probe that serves the stream.
func NewClient(stream io.ReadWriteCloser) *Client {
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
	pending := c.calls.Go("Probe."+method, argument, answer, make(chan *rpc.Call, 1))
	select {
	case <-pending.Done:
		if pending.Error != nil {
			return result, fmt.Errorf("probe %s: %w", method, pending.Error)
		}
		return *answer, nil
	case <-ctx.Done():
		return result, fmt.Errorf("probe %s: %w", method, context.Cause(ctx))
	}
}

func (c *Client) get(ctx context.Context, method string, argument any) error {
	_, err := call[None](ctx, c, method, argument)
	return err
}

// Process information.

func (c *Client) Processes(ctx context.Context) ([]Process, error) {
	return call[[]Process](ctx, c, "Processes", None{})
}

func (c *Client) Zombies(ctx context.Context) ([]Process, error) {
	return call[[]Process](ctx, c, "Zombies", None{})
}

func (c *Client) Init(ctx context.Context) (Process, error) {
	return call[Process](ctx, c, "Init", None{})
}

func (c *Client) InitMemory(ctx context.Context) (bytes int64, err error) {
	return call[int64](ctx, c, "InitMemory", None{})
}

func (c *Client) InitFiles(ctx context.Context) (map[int]string, error) {
	return call[map[int]string](ctx, c, "InitFiles", None{})
}

func (c *Client) InitProgram(ctx context.Context) (digest string, err error) {
	return call[string](ctx, c, "InitProgram", None{})
}

func (c *Client) Status(ctx context.Context) (string, error) {
	return call[string](ctx, c, "Status", None{})
}

// Namespaces.

func (c *Client) Namespace(ctx context.Context, kind string) (identity string, err error) {
	return call[string](ctx, c, "Namespace", kind)
}

func (c *Client) InitNamespace(ctx context.Context, kind string) (identity string, err error) {
	return call[string](ctx, c, "InitNamespace", kind)
}

func (c *Client) Addresses(ctx context.Context) ([]string, error) {
	return call[[]string](ctx, c, "Addresses", None{})
}

func (c *Client) TakenPorts(ctx context.Context) ([]string, error) {
	return call[[]string](ctx, c, "TakenPorts", None{})
}

func (c *Client) Holdings(ctx context.Context) (Holdings, error) {
	return call[Holdings](ctx, c, "Holdings", None{})
}

func (c *Client) Hostname(ctx context.Context) (string, error) {
	return call[string](ctx, c, "Hostname", None{})
}

func (c *Client) Listen(ctx context.Context, port int) error { return c.get(ctx, "Listen", port) }

func (c *Client) Dial(ctx context.Context, port int) error { return c.get(ctx, "Dial", port) }

func (c *Client) MakeIPC(ctx context.Context) error { return c.get(ctx, "MakeIPC", None{}) }

func (c *Client) FindIPC(ctx context.Context) (IPC, error) {
	return call[IPC](ctx, c, "FindIPC", None{})
}

// Signals, orphans and children.

func (c *Client) Send(ctx context.Context, signal Signal) error { return c.get(ctx, "Send", signal) }

func (c *Client) SendRounds(ctx context.Context, rounds Rounds) error {
	return c.get(ctx, "SendRounds", rounds)
}

func (c *Client) Storm(ctx context.Context, signals []int) error {
	return c.get(ctx, "Storm", signals)
}

func (c *Client) SelfTest(ctx context.Context) error { return c.get(ctx, "SelfTest", None{}) }

func (c *Client) LeaveWaiting(ctx context.Context, orphans Orphans) error {
	return c.get(ctx, "LeaveWaiting", orphans)
}

func (c *Client) Release(ctx context.Context) error { return c.get(ctx, "Release", None{}) }

func (c *Client) LeaveZombies(ctx context.Context, orphans Orphans) error {
	return c.get(ctx, "LeaveZombies", orphans)
}

func (c *Client) LeaveSteadily(ctx context.Context, orphans Orphans) error {
	return c.get(ctx, "LeaveSteadily", orphans)
}

func (c *Client) StartChildren(ctx context.Context, statuses []int) error {
	return c.get(ctx, "StartChildren", statuses)
}

func (c *Client) Statuses(ctx context.Context) ([]int, error) {
	return call[[]int](ctx, c, "Statuses", None{})
}
