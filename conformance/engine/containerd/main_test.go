package containerd

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// TestMain makes this program the victim of a test.
func TestMain(m *testing.M) {
	if os.Args[0] != victimName {
		os.Exit(m.Run())
	}
	if err := victim(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// instances are the containerds that the tests run with: the one in PATH, and the one
// that make test-node has built.
func instances(t *testing.T, test func(*testing.T, *Engine)) {
	t.Helper()
	path := os.Getenv("PATH")
	paths := map[string]string{"in PATH": path}
	directory := os.Getenv("PAUSE_NODE_BINARIES")
	if cache, err := os.UserCacheDir(); err == nil && directory == "" {
		directory = filepath.Join(cache, "pause-conformance", "node")
	}
	if _, err := os.Stat(filepath.Join(directory, "containerd")); err == nil {
		paths["of make test-node"] = directory + string(filepath.ListSeparator) + path
	}
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", path)
			test(t, connect(t))
		})
	}
}

// connect starts an instance, or skips the test where this machine cannot.
func connect(t *testing.T) *Engine {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a containerd")
	}
	if _, err := find(t.Context(), ""); err != nil {
		t.Skip(err)
	}
	if _, err := engine.ProbeImage(); err != nil {
		t.Skip(err)
	}
	value, err := Connect(t.Context(), Options{RequestTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	e := value.(*Engine)
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

// startSandbox starts a sandbox of the suite's own image, which the test removes.
func startSandbox(t *testing.T, e *Engine, pod engine.Pod) engine.Sandbox {
	t.Helper()
	sandbox, err := e.Probe().Start(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sandbox.Remove(e.Alive()); err != nil {
			t.Errorf("remove: %v", err)
		}
	})
	// A runtime says that it has started the program a moment before the kernel executes it.
	for deadline := time.Now().Add(time.Minute); of(t, sandbox, "exe") != probe.Path; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("its program is %s", of(t, sandbox, "exe"))
		}
	}
	return sandbox
}

func join(t *testing.T, sandbox engine.Sandbox, namespaces engine.Namespaces) *client.Client {
	t.Helper()
	container, err := sandbox.Join(t.Context(), namespaces)
	if err != nil {
		t.Fatal(err)
	}
	client := client.New(container.Stream())
	t.Cleanup(func() { _ = client.Close() })
	return client
}
