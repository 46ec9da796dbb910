package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/report"
)

// wholeRun is a run of the whole suite, while it goes on.
type wholeRun struct {
	*exec.Cmd
	stderr  *bufio.Scanner
	stdout  *bytes.Buffer
	reports string
	suite   int // the process that runs the specs
}

// containers counts the run's containers and images that the engine holds.
func (r wholeRun) containers(t *testing.T) int {
	t.Helper()
	count := 0
	for _, args := range [][]string{
		{"ps", "--all", "--format", `{{.Label "dev.podsandbox.conformance.owner"}}`},
		{"images", "--format", "{{.Tag}}", "--filter", "reference=pause-conformance.invalid/*"},
	} {
		output, err := exec.Command("docker", args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		count += strings.Count(string(output), fmt.Sprintf("-%d-", r.suite))
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
	suiteRun := wholeRun{reports: t.TempDir(), stdout: new(bytes.Buffer)}
	command := exec.Command(suite, "run", "--platform="+native, "--report-dir="+suiteRun.reports, "oci:"+ours)
	command.Env, command.Stdout = append(os.Environ(), env...), suiteRun.stdout
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	suiteRun.Cmd, suiteRun.stderr = command, bufio.NewScanner(stderr)
	for suiteRun.stderr.Scan() && !strings.Contains(suiteRun.stderr.Text(), "PID-STAYS: pass") {
	}
	if processes := children(t, command.Process.Pid); len(processes) == 1 {
		suiteRun.suite = processes[0]
	} else {
		t.Fatalf("%d processes of the suite, want one", len(processes))
	}
	eventually(t, "a sandbox runs", func() bool { return suiteRun.containers(t) > 3 })
	return suiteRun
}

// end returns what the command wrote to standard error after start but its progress.
func (r wholeRun) end() string {
	var errors strings.Builder
	for r.stderr.Scan() {
		if !strings.HasPrefix(r.stderr.Text(), "[") {
			errors.WriteString(r.stderr.Text() + "\n")
		}
	}
	_ = r.Wait()
	return errors.String()
}

func TestInterruptedRunReportsWhatItHasJudgedAndLeavesNothingBehind(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // nohup(1) has commands inherit that it is ignored
	for _, asks := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		suiteRun := start(t)
		if err := suiteRun.Process.Signal(asks); err != nil {
			t.Fatal(err)
		}
		errors := suiteRun.end()
		if code := suiteRun.ProcessState.ExitCode(); code != 130 || !isOneLine(errors, "interrupted, cleaning up") {
			t.Errorf("%s: exit code %d, %q; want 130 and one line", asks, code, errors)
		}
		if !strings.Contains(suiteRun.stdout.String(), "interrupted: ") {
			t.Errorf("%s: no table:\n%s", asks, suiteRun.stdout)
		}
		subject := readReport(t, suiteRun.reports).Subjects[0]
		if gate, exists := subject.Result("PID-STAYS"); !exists || gate.Status != report.Pass {
			t.Errorf("%s: the report lacks what was judged: %+v", asks, gate)
		}
		for _, result := range subject.Results {
			if result.Status == report.Error || result.Status == report.Fail {
				t.Errorf("%s: %s: %s: %s", asks, result.Requirement.ID, result.Status, result.Seen)
			}
		}
		if remains := suiteRun.containers(t); remains > 0 {
			t.Errorf("%s left %s behind", asks, report.Count(remains, "object"))
		}
	}
}

func TestKilledCommandLeavesNothingBehind(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	suiteRun := start(t)
	if err := suiteRun.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	suiteRun.end()
	eventually(t, "the suite's process cleans up when the command was killed", func() bool { return suiteRun.containers(t) == 0 })
}

func TestKilledSuiteLeavesNothingBehind(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	suiteRun := start(t)
	if err := syscall.Kill(suiteRun.suite, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	errors := suiteRun.end()
	if code := suiteRun.ProcessState.ExitCode(); code != 4 || !isOneLine(errors, "ended without a report: signal: killed") {
		t.Errorf("exit code %d, %q; want 4 and one line", code, errors)
	}
	if remains := suiteRun.containers(t); remains > 0 {
		t.Errorf("%s behind", report.Count(remains, "object"))
	}
}

func TestNextRunSweepsWhatAKilledOneLeft(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	suiteRun := abandon(t)
	for tries := 1; suiteRun.containers(t) == 0; tries++ { // a run of another test may have been the next
		if tries == 3 {
			t.Fatal("nothing was left to sweep: the test shows nothing")
		}
		suiteRun = abandon(t)
	}
	stranger := startStranger(t)
	sweep(t, suiteRun)
	if err := exec.Command("docker", "inspect", stranger).Run(); err != nil {
		t.Errorf("a stranger's container is gone: %v", err)
	}
}

// abandon kills a run with all that could clean up after it.
func abandon(t *testing.T) wholeRun {
	t.Helper()
	suiteRun := start(t)
	if err := suiteRun.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(suiteRun.suite, syscall.SIGKILL)
	_ = suiteRun.Process.Kill()
	suiteRun.end()
	return suiteRun
}

func sweep(t *testing.T, abandoned wholeRun) {
	t.Helper()
	got := judge(t, "--platform="+native, "--only=PID-STAYS", "oci:"+ours)
	if remains := abandoned.containers(t); remains > 0 {
		t.Errorf("%d containers and images are left after the next run, which ended with %d: %s", remains, got.code, got.errors())
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

func TestLostEngineEndsTheRun(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	socket, lose := relay(t)
	suiteRun := start(t, "DOCKER_HOST=unix://"+socket)
	lose()
	errors := suiteRun.end()
	if code := suiteRun.ProcessState.ExitCode(); code != 4 || strings.Count(errors, "\n") > 1 {
		t.Errorf("exit code %d, %q; want 4 and at most one line", code, errors)
	}
	sweep(t, suiteRun)
}

// readReport reads the report of one image for one platform.
func readReport(t *testing.T, directory string) report.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(directory, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var result report.Report
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Subjects) != 1 {
		t.Fatalf("%d platforms were judged, one was asked for", len(result.Subjects))
	}
	return result
}
