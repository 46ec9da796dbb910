package endpoint

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// runtime is a CRI runtime that answers what a test wants.
type runtime struct {
	cri.UnimplementedRuntimeServiceServer
	conditions []*cri.RuntimeCondition
	silent     bool
	starting   bool
}

func (r runtime) Version(ctx context.Context, _ *cri.VersionRequest) (*cri.VersionResponse, error) {
	if r.silent {
		<-ctx.Done()
	}
	if r.starting {
		return nil, status.Error(codes.Unknown, "server is not initialized yet")
	}
	return &cri.VersionResponse{RuntimeName: "fake", RuntimeVersion: "3.1"}, nil
}

func (r runtime) Status(context.Context, *cri.StatusRequest) (*cri.StatusResponse, error) {
	return &cri.StatusResponse{Status: &cri.RuntimeStatus{Conditions: r.conditions}}, nil
}

// serve serves what register registers at a socket, and returns its path.
func serve(t *testing.T, register func(*grpc.Server)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	register(server)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return path
}

// before is the service description of a runtime that speaks the CRI before v1.
func before() *grpc.ServiceDesc {
	description := cri.RuntimeService_ServiceDesc
	description.ServiceName = "runtime.v1alpha2.RuntimeService"
	return &description
}

func TestARuntimeIsConnectedByPathOrAddress(t *testing.T) {
	path := serve(t, func(s *grpc.Server) { cri.RegisterRuntimeServiceServer(s, runtime{}) })
	for _, address := range []string{path, "unix://" + path} {
		client, version, err := Connect(t.Context(), address, time.Minute)
		if err != nil || version.RuntimeName != "fake" {
			t.Fatalf("%s: %v, %v", address, version, err)
		}
		defer client.Close()
		if _, err := client.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatStandsInTheWayIsSaidInOneLine(t *testing.T) {
	directory := t.TempDir()
	dead := filepath.Join(directory, "dead")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	_ = listener.Close()
	file := filepath.Join(directory, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	chatter := filepath.Join(directory, "chatter")
	other, err := net.Listen("unix", chatter)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() {
		for {
			connection, err := other.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Write([]byte("SSH-2.0-whatever\r\n"))
			_ = connection.Close()
		}
	}()
	for name, test := range map[string]struct{ address, advice string }{
		"no path":        {"", "unix:///path/to/socket"},
		"TCP":            {"tcp://127.0.0.1:1", "unix:///path/to/socket"},
		"no socket":      {filepath.Join(directory, "nothing"), "start the runtime, or name its socket with --cri-endpoint"},
		"a file":         {file, "it is not a socket"},
		"nobody listens": {dead, "start the runtime"},
		"not gRPC":       {chatter, "does not answer as a CRI runtime"},
		"CRI disabled":   {serve(t, func(*grpc.Server) {}), "whose CRI is disabled"},
		"CRI before v1":  {serve(t, func(s *grpc.Server) { s.RegisterService(before(), runtime{}) }), "fake 3.1 at"},
		"starting":       {serve(t, func(s *grpc.Server) { cri.RegisterRuntimeServiceServer(s, runtime{starting: true}) }), "run again in a moment"},
		"no answer":      {serve(t, func(s *grpc.Server) { cri.RegisterRuntimeServiceServer(s, runtime{silent: true}) }), "has not answered for 300ms"},
	} {
		_, _, err := Connect(t.Context(), test.address, 300*time.Millisecond)
		if err == nil || !strings.Contains(err.Error(), test.advice) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASocketThatDeniesAsksForRoot(t *testing.T) {
	err := explain(&net.OpError{Op: "dial", Err: unix.EACCES}, "/s")
	if err == nil || !strings.Contains(err.Error(), "run as root") {
		t.Errorf("%v", err)
	}
}

func TestARuntimeThatStartsNoPodsSaysWhy(t *testing.T) {
	for advice, condition := range map[string]*cri.RuntimeCondition{
		"install a CNI plugin": {Type: cri.NetworkReady, Reason: "NetworkPluginNotReady", Message: "cni plugin\nnot initialized"},
		"see its log":          {Type: cri.RuntimeReady, Reason: "Broken"},
	} {
		path := serve(t, func(s *grpc.Server) {
			cri.RegisterRuntimeServiceServer(s, runtime{conditions: []*cri.RuntimeCondition{condition}})
		})
		client, err := Dial(path)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		_, err = client.Ready(t.Context())
		if err == nil || !strings.Contains(err.Error(), advice) || !strings.Contains(err.Error(), condition.Reason) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", condition.Type, err)
		}
	}
}

// TestDockersOwnContainerdHasNoCRI looks at the one that Debian's docker.io starts, where it runs.
func TestDockersOwnContainerdHasNoCRI(t *testing.T) {
	const socket = "/var/run/docker/containerd/containerd.sock"
	if _, err := os.Stat(socket); err != nil {
		t.Skip(err)
	}
	_, _, err := Connect(t.Context(), socket, time.Minute)
	if err == nil || !strings.Contains(err.Error(), "as Docker's package does") && !strings.Contains(err.Error(), "run as root") {
		t.Errorf("%v", err)
	}
}
