package docker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

func TestASandboxThatFillsItsDiskIsKilled(t *testing.T) {
	connected := connect(t)
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
	if state, err := sandbox.State(ctx); err != nil || !strings.HasPrefix(state.Text, "killed by the suite: it has written more than 64 MiB") {
		t.Errorf("its record is %q, %v; want the reason", state.Text, err)
	}
}
