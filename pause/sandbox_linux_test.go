package main_test

import (
	"encoding/json"
	"net/rpc"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// nameLength is what the kernel keeps of the name of a process, in bytes.
const nameLength = 15

// sandbox is a PID namespace with the program under test as PID 1 and an agent
// of the test beside it.
type sandbox struct {
	*process
	agent *rpc.Client
}

func startSandbox(t *testing.T, l launch) *sandbox {
	t.Helper()
	if namespaces == nil {
		t.Skip(noNamespaces)
	}
	order, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "agent"), os.NewFile(uintptr(ends[1]), "test")
	defer theirs.Close()
	cmd := play("launcher", string(order))
	cmd.Stderr = nil
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.SysProcAttr = namespaces
	s := &sandbox{startProcess(t, cmd), rpc.NewClient(ours)}
	s.name = filepath.Base(l.Path)
	s.name = s.name[:min(len(s.name), nameLength)]
	t.Cleanup(func() { _ = s.agent.Close() })
	return s
}

// do has the agent do something, which must not fail.
func (s *sandbox) do(method string, args, reply any) {
	s.t.Helper()
	if err := s.agent.Call("Agent."+method, args, reply); err != nil {
		_ = s.Process.Kill()
		<-s.exited
		s.t.Fatalf("%s %+v: %v\nPID 1: %s\n%s", method, args, err, s.ProcessState, s.stderr.String())
	}
}

// kill sends a signal from inside.
func (s *sandbox) kill(pid int, signal syscall.Signal) {
	s.t.Helper()
	s.do("Kill", Kill{pid, signal}, new(int))
}

// states is of the children of PID 1, one of which is the agent.
func (s *sandbox) states() string { return states(s.Process.Pid) }

func (s *sandbox) zombies() int { return strings.Count(s.states(), "Z") }

// orphan makes orphans. Those that live are seen to have become children of
// PID 1 before the signals end them.
func (s *sandbox) orphan(kind string, count int, signals ...syscall.Signal) {
	s.t.Helper()
	s.do("Orphans", Orphans{kind, count}, new(int))
	for _, signal := range signals {
		eventually(s.t, "orphans are children of PID 1", func() bool { return len(children(s.Process.Pid)) == count+1 })
		s.kill(-1, signal)
		if signal == syscall.SIGSTOP {
			eventually(s.t, "orphans are stopped", func() bool { return strings.Count(s.states(), "T") == count })
		}
	}
}

// expectReaping makes one orphan of each of two kinds and expects both to be gone.
func (s *sandbox) expectReaping() {
	s.t.Helper()
	s.orphan("asleep", 1, syscall.SIGKILL)
	s.orphan("dead", 1)
	s.expectNoOrphan()
}

// expectNoOrphan expects PID 1 to have no child left but the agent.
func (s *sandbox) expectNoOrphan() {
	s.t.Helper()
	eventually(s.t, "no orphan is left", func() bool {
		return len(children(s.Process.Pid)) == 1 && s.states() != "Z"
	})
}

// agentPID is the agent's, outside of the sandbox.
func (s *sandbox) agentPID() int {
	s.t.Helper()
	pids := children(s.Process.Pid)
	if len(pids) == 0 {
		s.t.Fatal("PID 1 has no child: no agent")
	}
	return pids[0]
}
