package containerd

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

func TestASandboxIsJoinedSignalledAndRemoved(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		t.Log(e.Info())
		sandbox := startSandbox(t, e, engine.Pod{})
		state, err := sandbox.State(t.Context())
		if err != nil || !state.Running || state.PID == 0 {
			t.Fatalf("it runs as %+v, %v", state, err)
		}
		client := join(t, sandbox, engine.Shared)
		init, err := client.Init(t.Context())
		if err != nil || init.ID != 1 {
			t.Fatalf("PID 1 is %+v, %v", init, err)
		}
		if err := sandbox.Freeze(t.Context()); err != nil {
			t.Error(err)
		}
		before := time.Now()
		if err := sandbox.Signal(t.Context(), unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		exit, err := sandbox.Wait(t.Context())
		if err != nil || exit.Status != 128+9 && exit.Status != engine.UnknownStatus || exit.Time.Before(before) {
			t.Errorf("it has ended as %+v, %v", exit, err)
		}
		// The process itself tells Wait, and containerd is told by the shim, later on a busy machine.
		for deadline := time.Now().Add(time.Minute); err == nil && state.Running; time.Sleep(10 * time.Millisecond) {
			if state, err = sandbox.State(t.Context()); time.Now().After(deadline) {
				break
			}
		}
		if err != nil || state.Running {
			t.Errorf("it is said to run: %+v, %v", state, err)
		}
	})
}
