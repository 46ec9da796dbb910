package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a program under test.
type process struct {
	*exec.Cmd
	t      *testing.T
	exited chan struct{}

	// name is what the kernel calls the process once it is the program.
	name string

	// idlePolls is how many polls in a row must find the process asleep, with
	// nothing done in between, for it to be set up.
	idlePolls int

	// To be read when the process has exited.
	stdout, stderr bytes.Buffer
}

func startProcess(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{Cmd: cmd, t: t, exited: make(chan struct{}), name: "pause", idlePolls: 1}
	p.Stdout = &p.stdout
	if p.Stderr == nil {
		p.Stderr = &p.stderr
	}
	p.Dir = t.TempDir()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.exited
	})
	return p
}

// settle returns when the program is set up or has exited.
func (p *process) settle() {
	p.t.Helper()
	var before stat
	quiet := 0
	eventually(p.t, p.name+" sleeps", func() bool {
		select {
		case <-p.exited:
			return true
		default:
		}
		// While another thread than the first executes the program, the kernel calls the
		// process a zombie.
		now, err := readStat(p.Process.Pid)
		if quiet++; err != nil || now != before || now.state != "S" || now.name != p.name {
			quiet = 0
		}
		before = now
		return quiet >= p.idlePolls
	})
}

func (p *process) signal(signal syscall.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		p.t.Fatalf("%v: %v", signal, err)
	}
}

func (p *process) awaitExit() {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(deadline):
		p.t.Fatalf("still there after %s", deadline)
	}
}

// expectStatus waits for the process to exit, and compares how.
func (p *process) expectStatus(want string) {
	p.t.Helper()
	p.awaitExit()
	if got := strings.TrimSuffix(p.ProcessState.String(), " (core dumped)"); got != want {
		p.t.Fatalf("%s, want %s\n%s", got, want, p.stderr.String())
	}
}

// expectExitOn sends the signal and expects the exit that it asks for.
func (p *process) expectExitOn(signal syscall.Signal, before ...string) {
	p.t.Helper()
	p.signal(signal)
	p.expectExit(signal, before...)
}

// expectExit expects the exit that the signal asks for, and no other line printed
// before.
func (p *process) expectExit(signal syscall.Signal, before ...string) {
	p.t.Helper()
	p.expectStatus("exit status 0")
	lines := map[syscall.Signal]string{
		syscall.SIGINT:  "Shutting down, got signal: Interrupt",
		syscall.SIGTERM: "Shutting down, got signal: Terminated",
	}
	p.expectLines(append(before, lines[signal])...)
}

// expectLines expects just these lines on stderr, and nothing on stdout.
func (p *process) expectLines(lines ...string) {
	p.t.Helper()
	if got, want := p.stderr.String(), strings.Join(append(lines, ""), "\n"); got != want {
		p.t.Errorf("stderr is %q, want %q", got, want)
	}
	if p.stdout.Len() > 0 {
		p.t.Errorf("stdout is %q", p.stdout.String())
	}
}

// stat is what /proc/PID/stat tells of a process.
type stat struct {
	name, state, parent, userTime, systemTime string
}

func readStat(pid int) (stat, error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	_, named, _ := strings.Cut(string(line), "(")
	end := strings.LastIndex(named, ") ")
	fields := strings.Fields(named[end+1:])
	return stat{named[:end], fields[0], fields[1], fields[11], fields[12]}, nil
}

// status returns a line of /proc/PID/status.
func (p *process) status(key string) string {
	p.t.Helper()
	lines, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		if value, ok := strings.CutPrefix(line, key+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	p.t.Fatalf("/proc has no %s", key)
	return ""
}

// children returns the PIDs of a process's children. A kernel with
// CONFIG_PROC_CHILDREN lists them for each thread; else they are among all.
func children(pid int) []int {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var pids []int
	for _, list := range lists {
		line, _ := os.ReadFile(list)
		for _, field := range strings.Fields(string(line)) {
			child, _ := strconv.Atoi(field)
			pids = append(pids, child)
		}
	}
	if len(lists) > 0 {
		return pids
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		child, _ := strconv.Atoi(filepath.Base(dir))
		if s, err := readStat(child); err == nil && s.parent == strconv.Itoa(pid) {
			pids = append(pids, child)
		}
	}
	return pids
}

// states returns a letter for each child of a process: Z is a zombie.
func states(pid int) string {
	var letters strings.Builder
	for _, child := range children(pid) {
		if s, err := readStat(child); err == nil {
			letters.WriteString(s.state)
		}
	}
	return letters.String()
}

// deadline allows for a machine under load. It is no promise of the program.
const deadline = 30 * time.Second

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", deadline, what)
		}
	}
}
