package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// wholeRun is a run of the whole suite that goes on.
type wholeRun struct {
	*exec.Cmd
	stderr *bufio.Scanner
	suite  int // the process that runs the specs
}

// left counts the run's containers and images that the engine holds.
func (r wholeRun) left(t *testing.T) int {
	t.Helper()
	count := 0
	for _, args := range [][]string{
		{"ps", "--all", "--format", `{{.Label "dev.podsandbox.conformance.owner"}}`},
		{"images", "--format", "{{.Tag}}", "--filter", "reference=pause-conformance.invalid/*"},
	} {
		listed, err := exec.Command("docker", args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		count += strings.Count(string(listed), fmt.Sprintf("-%d-", r.suite))
	}
	return count
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// start returns once a first requirement of the engine's has passed, with more
// checks under way.
func start(t *testing.T, env ...string) wholeRun {
	t.Helper()
	command := exec.Command(suite, "run", "--platform="+native, "oci:"+ours)
	command.Env = append(os.Environ(), env...)
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	started := wholeRun{command, bufio.NewScanner(stderr), 0}
	for started.stderr.Scan() && !strings.Contains(started.stderr.Text(), "PID-STAYS: pass") {
	}
	if processes := children(t, command.Process.Pid); len(processes) == 1 {
		started.suite = processes[0]
	} else {
		t.Fatalf("%d processes of the suite, want one", len(processes))
	}
	eventually(t, "a sandbox runs", func() bool { return started.left(t) > 3 })
	return started
}

// end returns what the command wrote to standard error after start but its progress.
func (r wholeRun) end() string {
	var complaints strings.Builder
	for r.stderr.Scan() {
		if !strings.HasPrefix(r.stderr.Text(), "[") {
			complaints.WriteString(r.stderr.Text() + "\n")
		}
	}
	_ = r.Wait()
	return complaints.String()
}

func TestSignalsLeaveNothingBehind(t *testing.T) {
	needsEngine(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		interrupted := start(t)
		if err := interrupted.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		complaint := interrupted.end()
		if code := interrupted.ProcessState.ExitCode(); code != 3 || !strings.Contains(complaint, "interrupted") {
			t.Errorf("%s: exit code %d, %q; want 3 and interrupted", signal, code, complaint)
		}
		if remains := interrupted.left(t); remains > 0 {
			t.Errorf("%s left %d containers and images behind", signal, remains)
		}
	}
}

func TestKilledCommandLeavesNothingBehind(t *testing.T) {
	needsEngine(t)
	killed := start(t)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed.end()
	eventually(t, "the suite's process cleans up when the command was killed", func() bool { return killed.left(t) == 0 })
}

func TestNextRunSweepsWhatAKilledOneLeft(t *testing.T) {
	needsEngine(t)
	killed := start(t)
	if err := killed.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(killed.suite, syscall.SIGKILL)
	_ = killed.Process.Kill()
	killed.end()
	if killed.left(t) == 0 {
		t.Fatal("nothing was left to sweep: the test shows nothing")
	}
	stranger := startStranger(t)
	sweep(t, killed)
	if err := exec.Command("docker", "inspect", stranger).Run(); err != nil {
		t.Errorf("a stranger's container is gone: %v", err)
	}
}

func sweep(t *testing.T, abandoned wholeRun) {
	t.Helper()
	got := judged(t, "--platform="+native, "--only=PID-STAYS", "oci:"+ours)
	if remains := abandoned.left(t); remains > 0 {
		t.Errorf("%d containers and images are left after the next run, which ended with %d: %s", remains, got.code, got.complaint())
	}
}

func children(t *testing.T, process int) (ids []int) {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", process))
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		for field := range strings.FieldsSeq(string(text)) {
			id, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
	}
	return ids
}

func startStranger(t *testing.T) string {
	t.Helper()
	const reference = "pause-conformance-test:stranger"
	archive := filepath.Join(t.TempDir(), "image.tar")
	writeArchive(t, archive, reference)
	if printed, err := exec.Command("docker", "load", "-i", archive).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	id, err := exec.Command("docker", "run", "--detach", "--network=none", reference).Output()
	if err != nil {
		t.Fatal(err)
	}
	stranger := strings.TrimSpace(string(id))
	t.Cleanup(func() {
		_ = exec.Command("docker", "rm", "-f", stranger).Run()
		_ = exec.Command("docker", "rmi", "-f", reference).Run()
	})
	return stranger
}

func TestLostEngineEndsTheRun(t *testing.T) {
	needsEngine(t)
	socket, lose := relay(t)
	lost := start(t, "DOCKER_HOST=unix://"+socket)
	lose()
	complaint := lost.end()
	if code := lost.ProcessState.ExitCode(); code != 3 || strings.Count(complaint, "\n") > 1 {
		t.Errorf("exit code %d, %q; want 3 and at most one line", code, complaint)
	}
	sweep(t, lost)
}

// relay is a way to the engine that can be lost.
func relay(t *testing.T) (socket string, lose func()) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "engine.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var open []net.Conn
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", "/var/run/docker.sock")
			if err != nil {
				near.Close()
				continue
			}
			mutex.Lock()
			open = append(open, near, far)
			mutex.Unlock()
			go func() { _, _ = io.Copy(far, near); far.(*net.UnixConn).CloseWrite() }()
			go func() { _, _ = io.Copy(near, far); near.(*net.UnixConn).CloseWrite() }()
		}
	}()
	return socket, func() {
		listener.Close()
		mutex.Lock()
		defer mutex.Unlock()
		for _, connection := range open {
			connection.Close()
		}
	}
}

// writeArchive writes our image for this machine as a docker archive.
func writeArchive(t *testing.T, file, reference string) {
	t.Helper()
	index, err := layout.ImageIndexFromPath(ours)
	if err != nil {
		t.Fatal(err)
	}
	images, err := partial.FindImages(index, match.Platforms(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}))
	if err != nil || len(images) == 0 {
		t.Fatalf("no image for %s in %s: %v", native, ours, err)
	}
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(file, tag, images[0]); err != nil {
		t.Fatal(err)
	}
}
