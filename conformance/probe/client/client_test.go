package client

import (
	"errors"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"strings"
	"syscall"
	"testing"

	"github.com/podsandbox/pause/conformance/probe"
)

// stream is one that fails at once.
type stream struct{ read, write error }

func (s stream) Read([]byte) (int, error)       { return 0, s.read }
func (s stream) Write(data []byte) (int, error) { return len(data), s.write }
func (s stream) Close() error                   { return nil }

func TestEveryEndOfAStreamIsOneError(t *testing.T) {
	for _, end := range []stream{
		{read: io.EOF},
		{read: syscall.ECONNRESET},
		{read: io.ErrClosedPipe},
		{read: io.EOF, write: syscall.EPIPE},
		{read: io.EOF, write: syscall.ECONNRESET},
	} {
		client := New(end)
		for range 2 { // the first of them, and one after the client knows
			if err := client.SelfTest(t.Context()); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "SelfTest") {
				t.Errorf("%v, %v: %v", end.read, end.write, err)
			}
		}
	}
}

// Probe fails at everything.
type Probe struct{}

func (Probe) SelfTest(probe.None, *probe.None) error { return io.EOF }

func TestAnErrorOfTheProbeIsNoEndOfItsStream(t *testing.T) {
	here, there := net.Pipe()
	server := rpc.NewServer()
	if err := server.Register(Probe{}); err != nil {
		t.Fatal(err)
	}
	go server.ServeCodec(jsonrpc.NewServerCodec(there))
	if err := New(here).SelfTest(t.Context()); err == nil || errors.Is(err, ErrBroken) {
		t.Errorf("%v", err)
	}
}
