package containerd

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/workspace"
	"github.com/podsandbox/pause/conformance/probe"
)

func TestAKilledSandboxIsSeenRemovedAndReplaced(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		sandbox := startSandbox(t, e, engine.Pod{})
		if err := sandbox.Signal(t.Context(), unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if _, err := sandbox.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		state, err := sandbox.State(t.Context())
		if err != nil || state.Running || !strings.Contains(state.Text, `"state":1`) {
			t.Errorf("the runtime does not see that it has ended: %+v, %v", state, err)
		}
		if exit := state.Exit.Status; exit != 128+9 && exit != engine.UnknownStatus {
			t.Errorf("exit status %d", exit)
		}
		if err := sandbox.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after, err := sandbox.State(t.Context()); err != nil || !after.Running || after.PID == state.PID || !strings.Contains(after.Text, `"attempt":1`) {
			t.Errorf("another one in its place is %+v, %v", after, err)
		}
		if init, err := join(t, sandbox, engine.Shared).Init(t.Context()); err != nil || init.ID != 1 {
			t.Errorf("a container in its pod sees PID 1 as %+v, %v", init, err)
		}
		list, err := e.client.ListPodSandbox(t.Context(), &cri.ListPodSandboxRequest{})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("the killed one is left: %v, %v", list, err)
		}
	})
}

func TestASandboxOutlivesARestartOfTheRuntime(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		sandbox := startSandbox(t, e, engine.Pod{})
		client := join(t, sandbox, engine.Shared)
		before, err := sandbox.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		daemon := e.daemon.process.Pid
		if err := e.RestartRuntime(t.Context()); err != nil {
			t.Fatal(err)
		}
		if e.daemon.process.Pid == daemon {
			t.Error("it is the same containerd as before")
		}
		after, err := sandbox.State(t.Context())
		if err != nil || !after.Running || after.PID != before.PID {
			t.Errorf("after the restart it is %+v, and before %+v, %v", after, before, err)
		}
		if init, err := client.Init(t.Context()); err != nil || init.ID != 1 {
			t.Errorf("a container from before sees PID 1 as %+v, %v", init, err)
		}
		if init, err := join(t, sandbox, engine.Shared).Init(t.Context()); err != nil || init.ID != 1 {
			t.Errorf("a container from after sees PID 1 as %+v, %v", init, err)
		}
		if err := sandbox.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// remains are what a workspace has on this machine.
func remains(t *testing.T, w *workspace.Workspace) (paths []string) {
	t.Helper()
	for _, pattern := range []string{w.Directory, "/sys/fs/cgroup" + w.Group.Path(), "/sys/fs/cgroup/*" + w.Group.Path()} {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, matches...)
	}
	return paths
}

func TestCloseLeavesNothing(t *testing.T) {
	e := connect(t)
	sandbox, err := e.Probe().Start(t.Context(), engine.Pod{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.Join(t.Context(), engine.Shared); err != nil {
		t.Fatal(err)
	}
	if len(remains(t, e.workspace)) < 2 {
		t.Fatal("neither a directory nor a cgroup of the run is seen")
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := remains(t, e.workspace); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if exit, err := sandbox.Wait(t.Context()); err != nil || exit.Time.IsZero() {
		t.Errorf("the sandbox has not ended: %+v, %v", exit, err)
	}
}

// TestMain runs victim in another process of this program.
const victimName = "victim of TestTheNextRunSweepsAKilledOne"

// victim starts a pod, tells where, and waits to be killed.
func victim() error {
	value, err := Connect(context.Background(), Options{RequestTimeout: time.Minute})
	if err != nil {
		return err
	}
	e := value.(*Engine)
	sandbox, err := e.Probe().Start(context.Background(), engine.Pod{})
	if err != nil {
		return err
	}
	if _, err := sandbox.Join(context.Background(), engine.Shared); err != nil {
		return err
	}
	state, err := sandbox.State(context.Background())
	if err != nil {
		return err
	}
	fmt.Println(e.workspace.Directory, state.PID)
	select {}
}

func TestTheNextRunSweepsAKilledOne(t *testing.T) {
	e := connect(t) // skips where nothing can be started
	command := exec.Command("/proc/self/exe")
	command.Args = []string{victimName}
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var directory string
	var pid int
	if _, err := fmt.Fscan(output, &directory, &pid); err != nil {
		t.Fatal(err)
	}
	process, err := engine.OpenProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()
	_ = command.Process.Kill()
	_ = command.Wait()
	if process.Ended() {
		t.Fatal("the pod has ended with the run, and nothing is left to sweep")
	}
	if err := workspace.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := process.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(directory); err == nil {
		t.Errorf("%s is left", directory)
	}
	groups, _ := filepath.Glob("/sys/fs/cgroup/*/" + filepath.Base(directory))
	if len(groups) > 0 {
		t.Errorf("cgroups are left: %v", groups)
	}
	if state, err := startSandbox(t, e, engine.Pod{}).State(t.Context()); err != nil || !state.Running {
		t.Errorf("a run that is alive was swept: %+v, %v", state, err)
	}
}

func TestARuntimeThatEndsIsLost(t *testing.T) {
	e := connect(t)
	sandbox, err := e.Probe().Start(t.Context(), engine.Pod{})
	if err != nil {
		t.Fatal(err)
	}
	e.daemon.stop(0)
	if _, err := sandbox.State(t.Context()); !engine.Lost(err) || strings.Contains(err.Error(), "\n") {
		t.Errorf("state: %v", err)
	}
	if _, err := e.Probe().Start(t.Context(), engine.Pod{}); !engine.Lost(err) {
		t.Errorf("start: %v", err)
	}
}

func TestALimitIsThatOfTheSandboxAlone(t *testing.T) {
	e := connect(t)
	sandbox := startSandbox(t, e, engine.Pod{PIDsLimit: 50})
	if limits := limitsOf(t, sandbox); !slices.Contains(limits, "50") {
		t.Errorf("the limits above the sandbox are %v", limits)
	}
	client := join(t, sandbox, engine.Shared)
	if err := client.LeaveWaiting(t.Context(), probe.Orphans{Count: 200}); err != nil {
		t.Errorf("a container of the pod is limited as well: %v", err)
	}
	if err := client.Release(t.Context()); err != nil {
		t.Error(err)
	}
}

// limitsOf are the pids limits of the cgroups that the sandbox is in.
func limitsOf(t *testing.T, sandbox engine.Sandbox) (limits []string) {
	t.Helper()
	for text := range strings.Lines(of(t, sandbox, "cgroup")) {
		fields := strings.SplitN(strings.TrimSpace(text), ":", 3)
		for _, mount := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/pids"} {
			for path := fields[2]; path != "/"; path = filepath.Dir(path) {
				limit, err := os.ReadFile(filepath.Join(mount, path, "pids.max"))
				if err == nil {
					limits = append(limits, strings.TrimSpace(string(limit)))
				}
			}
		}
	}
	return limits
}
