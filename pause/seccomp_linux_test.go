package main_test

import (
	"bytes"
	"os"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// systemCalls are all that the program makes, as in README.md, and the one
// that starts it. A seccomp profile need not allow any other.
func systemCalls() map[string]uint32 {
	calls := map[string]uint32{
		"execve":          unix.SYS_EXECVE,
		"write":           unix.SYS_WRITE,
		"getpid":          unix.SYS_GETPID,
		"rt_sigprocmask":  unix.SYS_RT_SIGPROCMASK,
		"rt_sigaction":    unix.SYS_RT_SIGACTION,
		"wait4":           unix.SYS_WAIT4,
		"rt_sigtimedwait": unix.SYS_RT_SIGTIMEDWAIT,
		"exit_group":      unix.SYS_EXIT_GROUP,
	}
	if runtime.GOARCH == "amd64" {
		calls["arch_prctl"] = 158
	}
	return calls
}

// filter kills a process for any system call but these. The call refusal ends with EPERM.
func filter(calls map[string]uint32, refusal string) []unix.SockFilter {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		give  = unix.BPF_RET | unix.BPF_K
	)
	steps := []unix.SockFilter{{Code: load}} // the number comes first in seccomp_data
	for name, number := range calls {
		verdict := uint32(unix.SECCOMP_RET_ALLOW)
		if name == refusal {
			verdict = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		}
		steps = append(steps,
			unix.SockFilter{Code: equal, K: number, Jf: 1},
			unix.SockFilter{Code: give, K: verdict})
	}
	return append(steps, unix.SockFilter{Code: give, K: unix.SECCOMP_RET_KILL_PROCESS})
}

func startWithFilter(t *testing.T, filter []unix.SockFilter) *sandbox {
	t.Helper()
	t.Parallel()
	l := asPause()
	l.Filter = filter
	s := startSandbox(t, l)
	s.settle()
	return s
}

func TestNeedsNoOtherSystemCall(t *testing.T) {
	s := startWithFilter(t, filter(systemCalls(), ""))
	s.orphan("asleep", 200, syscall.SIGKILL)
	s.orphan("dead", 200)
	s.expectNoOrphan()
	s.expectExitOn(syscall.SIGTERM)
}

func TestNeedsEverySystemCall(t *testing.T) {
	for name := range systemCalls() {
		t.Run(name, func(t *testing.T) {
			fewer := systemCalls()
			delete(fewer, name)
			s := startWithFilter(t, filter(fewer, ""))
			_ = s.Process.Signal(syscall.SIGTERM) // it may be gone
			s.expectStatus("signal: bad system call")
		})
	}
}

func TestReadmeNamesEverySystemCall(t *testing.T) {
	needSource(t)
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range systemCalls() {
		if name != "execve" && !bytes.Contains(readme, []byte(name)) { // which its launcher makes
			t.Errorf("README.md does not name %s", name)
		}
	}
}

func TestReportsRefusedSystemCall(t *testing.T) {
	for name, want := range map[string]struct{ exit, line string }{
		"rt_sigprocmask":  {"exit status 1", "pause: rt_sigprocmask refused: cannot take SIGINT and SIGTERM"},
		"rt_sigaction":    {"exit status 3", "pause: rt_sigaction refused: cannot reap orphans"},
		"rt_sigtimedwait": {"exit status 42", "pause: rt_sigtimedwait refused: cannot wait for SIGINT and SIGTERM"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWithFilter(t, filter(systemCalls(), name))
			s.expectStatus(want.exit)
			s.expectLines(want.line)
		})
	}
}

// moby#40205: a pause that may not exit span for ever.
func TestDiesWhenExitIsRefused(t *testing.T) {
	s := startWithFilter(t, filter(systemCalls(), "exit_group"))
	s.signal(syscall.SIGTERM)
	s.awaitExit()
	if status := s.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
		t.Errorf("%s, want death by a signal", s.ProcessState)
	}
}
