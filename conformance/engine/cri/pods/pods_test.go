package pods

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/endpoint"
)

// fake is a CRI runtime whose sandboxes are processes of this machine.
type fake struct {
	cri.UnimplementedRuntimeServiceServer
	start func() (pid int, err error)

	mutex   sync.Mutex
	request *cri.RunPodSandboxRequest
	pid     int
	busy    int  // how many requests to stop fail
	silent  bool // it tells no status
}

func (f *fake) RunPodSandbox(_ context.Context, request *cri.RunPodSandboxRequest) (*cri.RunPodSandboxResponse, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	pid, err := f.start()
	f.request, f.pid = request, pid
	return &cri.RunPodSandboxResponse{PodSandboxId: "id"}, err
}

func (f *fake) PodSandboxStatus(context.Context, *cri.PodSandboxStatusRequest) (*cri.PodSandboxStatusResponse, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.silent {
		return &cri.PodSandboxStatusResponse{}, nil
	}
	return &cri.PodSandboxStatusResponse{
		Status: &cri.PodSandboxStatus{State: cri.PodSandboxState_SANDBOX_READY},
		Info:   map[string]string{"info": fmt.Sprintf(`{"pid": %d}`, f.pid)},
	}, nil
}

func (f *fake) StopPodSandbox(context.Context, *cri.StopPodSandboxRequest) (*cri.StopPodSandboxResponse, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.busy--; f.busy >= 0 {
		return nil, status.Error(codes.Unknown, "failed to kill sandbox container: ttrpc: closed")
	}
	return nil, status.Error(codes.NotFound, "it is gone")
}

func TestAPodThatIsJustEndingIsRemovedAllTheSame(t *testing.T) {
	f := &fake{start: func() (int, error) { return sleeper(t) }, busy: 2}
	sandbox, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{})
	if err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Remove(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestARuntimeThatLacksTheImageOrTheHandlerIsNotTheImagesFault(t *testing.T) {
	for reason, advice := range map[string]string{
		`failed to get sandbox image "registry.k8s.io/pause:3.6": failed to pull image`: "import the image",
		`no runtime for "handler" is configured`:                                        "--runtime",
		`failed to find runtime handler handler from runtime list`:                      "--runtime",
	} {
		f := &fake{start: func() (int, error) { return 0, status.Error(codes.Unknown, reason) }}
		_, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{})
		if err == nil || errors.As(err, new(*engine.StartError)) || !strings.Contains(err.Error(), advice) {
			t.Errorf("%s: error %v, want no StartError and %q", reason, err, advice)
		}
	}
}

func TestARuntimeThatTellsNoStatusIsAnError(t *testing.T) {
	f := &fake{start: func() (int, error) { return sleeper(t) }, silent: true}
	_, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{})
	if err == nil || !strings.Contains(err.Error(), "does not tell the status of a pod") {
		t.Errorf("error %v", err)
	}
}

func TestARuntimeThatIsGoneIsLost(t *testing.T) {
	r := connect(t, &fake{start: func() (int, error) { return 0, status.Error(codes.Unavailable, "EOF") }})
	if _, err := r.Start(t.Context(), image{}, engine.Pod{}); !engine.Lost(err) || r.Requests.Alive().Err() == nil {
		t.Errorf("error %v, want the loss of the engine", err)
	}
}

// image needs nothing done.
type image struct{}

func (image) Use(context.Context) (func(), error) { return func() {}, nil }
func (image) Reference() string                   { return "image" }

// connect returns a Runtime of the fake.
func connect(t *testing.T, f *fake) *Runtime {
	t.Helper()
	directory := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(directory, "s"))
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	cri.RegisterRuntimeServiceServer(server, f)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	client, err := endpoint.Dial(filepath.Join(directory, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return New(Options{
		Client: client, Requests: engine.NewRequests(time.Minute), Run: "run", Name: "cri-o 1.30",
		Handler: "handler", Directory: directory,
	})
}

// sleeper starts a process that the test ends.
func sleeper(t *testing.T) (pid int, err error) {
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		return 0, err
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return command.Process.Pid, nil
}

func TestAPodIsAskedForAsAKubeletDoes(t *testing.T) {
	f := &fake{start: func() (int, error) { return sleeper(t) }}
	r := connect(t, f)
	sandbox, err := r.Start(t.Context(), image{}, engine.Pod{
		Hostname: "name", HostIPC: true, Sysctls: map[string]string{"a": "b"}, User: fmt.Sprintf("%d:7", os.Geteuid()),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := f.request.Config
	security := c.Linux.SecurityContext
	if f.request.RuntimeHandler != "handler" || c.Hostname != "name" || c.Labels[engine.RunLabel] != "run" || !strings.HasPrefix(c.Metadata.Uid, "run-") {
		t.Errorf("the pod is %v", f.request)
	}
	if security.Seccomp.ProfileType != cri.SecurityProfile_RuntimeDefault || !security.ReadonlyRootfs || security.Privileged ||
		security.RunAsUser.Value != int64(os.Geteuid()) || security.RunAsGroup.Value != 7 {
		t.Errorf("its security context is %v", security)
	}
	if options := security.NamespaceOptions; options.Ipc != cri.NamespaceMode_NODE || options.Network != cri.NamespaceMode_POD || options.Pid != cri.NamespaceMode_POD {
		t.Errorf("its namespaces are %v", options)
	}
	if err := sandbox.Remove(t.Context()); err != nil {
		t.Errorf("a pod that is gone already: %v", err)
	}
	if entries, err := os.ReadDir(r.Directory); err != nil || len(entries) != 1 {
		t.Errorf("left in the directory: %v, %v", entries, err)
	}
}

func TestAHostNetworkPodHasNoHostName(t *testing.T) {
	f := &fake{start: func() (int, error) { return sleeper(t) }}
	sandbox, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{Network: engine.HostNetwork, Hostname: "name"})
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Remove(t.Context())
	if f.request.Config.Hostname != "" || f.request.Config.Linux.SecurityContext.NamespaceOptions.Network != cri.NamespaceMode_NODE {
		t.Errorf("the pod is %v", f.request.Config)
	}
}

func TestWhatARuntimeIgnoresIsUnsupported(t *testing.T) {
	for name, pod := range map[string]engine.Pod{
		"user":           {User: "4321"},
		"user namespace": {UserNamespace: true},
		"limit":          {PIDsLimit: 1000},
		"user's name":    {User: "nobody"},
		"high id":        {User: "1:2147483648"},
	} {
		f := &fake{start: func() (int, error) { return sleeper(t) }}
		if _, err := connect(t, f).Start(t.Context(), image{}, pod); !errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := &fake{start: func() (int, error) { return 0, nil }}
	if _, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{HostPIDs: true}); !errors.As(err, new(*engine.UnsupportedError)) {
		t.Errorf("no process for a sandbox: %v", err)
	}
}

func TestWhoseFaultAnErrorIs(t *testing.T) {
	for _, test := range []struct {
		code    codes.Code
		message string
		image   bool
		lost    bool
	}{
		{codes.Unknown, "failed to create containerd task:\nexec: \"/nothing\": no such file", true, false},
		{codes.Unknown, "failed to setup network for sandbox \"x\": plugin type=\"ptp\" failed", false, false},
		{codes.Unavailable, "connection refused", false, true},
	} {
		f := &fake{start: func() (int, error) { return 0, status.Error(test.code, test.message) }}
		_, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{})
		if errors.As(err, new(*engine.StartError)) != test.image || engine.Lost(err) != test.lost || err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v %q: %v", test.code, test.message, err)
		}
	}
}

func TestAUserNamespaceIsRefusedForItselfOrForTheProgram(t *testing.T) {
	for message, unsupported := range map[string]bool{
		`error during container init: error mounting "proc" to rootfs at "/proc": operation not permitted`: true,
		"failed to set attribute for mount: idmap mounts are not supported":                                true,
		`unable to start container process: exec: "/pause": permission denied`:                             false,
		"open executable: Permission denied":                                                               false,
	} {
		f := &fake{start: func() (int, error) { return 0, status.Error(codes.Unknown, message) }}
		_, err := connect(t, f).Start(t.Context(), image{}, engine.Pod{UserNamespace: true})
		if errors.As(err, new(*engine.UnsupportedError)) != unsupported || errors.As(err, new(*engine.StartError)) == unsupported {
			t.Errorf("%s: %v", message, err)
		}
	}
}

func TestALogIsTakenApart(t *testing.T) {
	log := "2026-01-01T00:00:00.1Z stdout F one\n2026-01-01T00:00:00.2Z stderr P tw\n2026-01-01T00:00:00.3Z stderr F o\n" +
		"2026-01-01T00:00:00.4Z stdout F \nnonsense\n"
	stdout, stderr, err := parseLog(strings.NewReader(log))
	if err != nil || stdout != "one\n\n" || stderr != "two\n" {
		t.Errorf("%q, %q, %v", stdout, stderr, err)
	}
	stdout, _, err = parseLog(strings.NewReader(strings.Repeat("t stdout F "+strings.Repeat("x", 1000)+"\n", 1000)))
	if err != nil || len(stdout) != engine.MaxOutput {
		t.Errorf("of a large log, %d bytes are kept: %v", len(stdout), err)
	}
}

func TestALogIsCutAtItsBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go boundLog(ctx, path)
	for range 2 { // a log that has been cut goes on growing
		if _, err := log.Write(make([]byte, 2*maxLog)); err != nil {
			t.Fatal(err)
		}
		for size := int64(-1); size != maxLog; pause(ctx) {
			info, err := os.Stat(path)
			if err != nil || ctx.Err() != nil {
				t.Fatalf("the log has %d bytes, want %d; %v", size, maxLog, err)
			}
			size = info.Size()
		}
	}
}

func TestAnImageThatIsKnownByItsIDKeepsItsName(t *testing.T) {
	r := &Runtime{Options: Options{Probe: "id"}, kubeletPod: &kubeletPod{probe: "registry.example/suite:1"}}
	if spec := r.imageSpec("id"); spec.Image != "id" || spec.UserSpecifiedImage != "registry.example/suite:1" {
		t.Errorf("the suite's own is %v", spec)
	}
	if spec := r.imageSpec("other"); spec.Image != "other" || spec.UserSpecifiedImage != "other" {
		t.Errorf("another one is %v", spec)
	}
}
