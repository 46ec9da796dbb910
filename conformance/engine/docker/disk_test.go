package docker

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// fill makes this program, in a container, fill the root file system.
const fill = "fill"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == fill {
		file, err := os.Create("/full")
		for err == nil {
			_, err = file.Write(make([]byte, 1<<20))
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestASandboxThatFillsItsDiskIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a container engine: -short leaves it out")
	}
	if err := exec.CommandContext(t.Context(), "docker", "version").Run(); err != nil {
		t.Skipf("needs a container engine: docker version: %v", err)
	}
	connected, err := Connect(t.Context(), Options{RequestTimeout: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer connected.Close(context.Background())
	pod := engine.Pod{Entrypoint: []string{probe.Path, fill}, User: "0:0", WritableRoot: true, Privileges: true}
	sandbox, err := connected.Probe().Start(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	exit, err := sandbox.Wait(ctx)
	if err != nil || exit.Status != 137 {
		t.Errorf("it has ended with %+v, %v; want 137, by SIGKILL", exit, err)
	}
	if state, err := sandbox.State(ctx); err != nil || !strings.HasPrefix(state.Text, filled) {
		t.Errorf("its record is %q, %v; want the reason", state.Text, err)
	}
}
