// Package endpoint connects to a CRI runtime, and says in one line what stands in
// the way.
package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/images/printable"
)

// Client calls a CRI runtime.
type Client struct {
	cri.RuntimeServiceClient
	cri.ImageServiceClient

	// Address is the endpoint's, as unix:///path.
	Address string

	connection *grpc.ClientConn
}

// Dial returns a client of the runtime at the address, unix:///path/to/socket, without
// asking whether there is one.
func Dial(address string) (*Client, error) {
	path := socket(address)
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("endpoint %q: name the runtime's socket as unix:///path/to/socket", address)
	}
	address = "unix://" + path
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20))) // as the kubelet does (cri-client, maxMsgSize)
	if err != nil {
		return nil, fmt.Errorf("endpoint %q: %w", address, err)
	}
	return &Client{cri.NewRuntimeServiceClient(connection), cri.NewImageServiceClient(connection), address, connection}, nil
}

func socket(address string) string { return strings.TrimPrefix(address, "unix://") }

// Reconnect makes calls dial the endpoint again at once.
func (c *Client) Reconnect() { c.connection.ResetConnectBackoff() }

// Close ends the connection.
func (c *Client) Close() error { return c.connection.Close() }

// Connect returns a client of the runtime at the address, which answers as version 1 of
// the CRI, and the runtime's name and version. The limit is for each call.
func Connect(ctx context.Context, address string, limit time.Duration) (*Client, *cri.VersionResponse, error) {
	client, err := Dial(address)
	if err != nil {
		return nil, nil, err
	}
	version, err := client.handshake(ctx, limit)
	if err != nil {
		_ = client.Close()
		return nil, nil, err
	}
	return client, version, nil
}

func (c *Client) handshake(ctx context.Context, limit time.Duration) (*cri.VersionResponse, error) {
	if err := checkSocket(ctx, socket(c.Address)); err != nil {
		return nil, fmt.Errorf("no CRI runtime at %s: %w", c.Address, err)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	version, err := c.Version(ctx, &cri.VersionRequest{})
	switch status.Code(err) {
	case codes.OK:
		return version, nil
	case codes.Unimplemented:
		return nil, c.withoutCRI(ctx)
	case codes.DeadlineExceeded:
		return nil, fmt.Errorf("the CRI runtime at %s has not answered for %s: see what keeps it busy, or restart it", c.Address, limit)
	}
	if strings.Contains(Message(err), "not initialized yet") { // of containerd, while its CRI loads
		return nil, fmt.Errorf("the CRI runtime at %s is still starting: run again in a moment", c.Address)
	}
	return nil, fmt.Errorf("%s does not answer as a CRI runtime: %s; name the socket of containerd or CRI-O", c.Address, Message(err))
}

// checkSocket says why nobody answers at the socket, which gRPC hides.
func checkSocket(ctx context.Context, path string) error {
	connection, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		return connection.Close()
	}
	return explain(err, path)
}

func explain(err error, path string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such socket; start the runtime, or name its socket with --cri-endpoint")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("the socket denies this user; run as root")
	case errors.Is(err, unix.ECONNREFUSED):
		if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeSocket == 0 {
			return errors.New("it is not a socket; name the runtime's with --cri-endpoint")
		}
		return errors.New("nothing listens on the socket; start the runtime")
	}
	return fmt.Errorf("%w; name the runtime's socket with --cri-endpoint", err)
}

// withoutCRI says why a gRPC server does not know version 1 of the CRI. The messages of
// v1alpha2 that are used here are those of v1.
func (c *Client) withoutCRI(ctx context.Context) error {
	var version cri.VersionResponse
	if err := c.connection.Invoke(ctx, "/runtime.v1alpha2.RuntimeService/Version", &cri.VersionRequest{}, &version); err == nil {
		return fmt.Errorf("%s %s at %s speaks the CRI before v1; update it: containerd has v1 since 1.6, CRI-O since 1.23",
			version.RuntimeName, version.RuntimeVersion, c.Address)
	}
	return fmt.Errorf("%s is of a containerd whose CRI is disabled, as Docker's package does, or did not load: "+
		"take cri out of disabled_plugins in its config.toml, restart it, and see its log", c.Address)
}

// Message is the start of the runtime's own text of an error, in one line.
func Message(err error) string {
	return printable.Clip(strings.Join(strings.Fields(status.Convert(err).Message()), " "), 1000)
}
