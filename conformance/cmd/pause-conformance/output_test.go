package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

func TestPrintsListsExplanationsVersionsSchemaHelpAndCompletion(t *testing.T) {
	for _, args := range [][]string{
		{"list"}, {"list", "--json"}, {"list", "features"}, {"list", "engines"}, {"list", "engines", "--json"}, {"version"}, {"--version"},
		{"explain", "sig-term"}, {"explain", "REAP"}, {"schema"}, {"--help"}, {"run", "--help"}, {"help", "explain"}, {"completion", "bash"},
	} {
		got := run(t, exec.CommandContext(t.Context(), suite, args...))
		if got.code != 0 || got.stdout == "" || got.stderr != "" {
			t.Errorf("%q: got exit code %d, stdout %q, stderr %q", args, got.code, got.stdout, got.stderr)
		}
	}
}

func TestShellCompletesIDs(t *testing.T) {
	for word, want := range map[string]string{"REAP-OR": "REAP-ORPHAN\t", "sig-term-s": "SIG-TERM-STATUS\t", "PID-1,NS-U": "PID-1,NS-UTS\t"} {
		got := run(t, exec.CommandContext(t.Context(), suite, "__complete", "run", "--only", word))
		if !strings.HasPrefix(got.stdout, want) {
			t.Errorf("%q: %q", word, got.stdout)
		}
	}
}

// static judges our image without an engine.
func static(t *testing.T, args ...string) outcome {
	t.Helper()
	return judge(t, append([]string{"--profile=static", "--platform=linux/amd64", "oci:" + ours}, args...)...)
}

func TestStandardOutputIsTheReportThatIsAskedForAlone(t *testing.T) {
	got := static(t, "--output=json", "--report-dir="+t.TempDir())
	var result report.Report
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil || len(result.Subjects) != 1 {
		t.Errorf("json: %v:\n%s", err, got.stdout)
	}
	if result.Seed <= 0 || result.Seed > report.MaxSeed {
		t.Errorf("seed %d is not one that JavaScript reads", result.Seed)
	}
	if !strings.Contains(got.stderr, "IMG-MINIMAL") || !strings.Contains(got.stderr, "Reports: ") {
		t.Errorf("standard error lacks the table or the files:\n%s", got.stderr)
	}
	if got := static(t, "--output=junit"); xml.Unmarshal([]byte(got.stdout), new(struct{})) != nil {
		t.Errorf("junit:\n%s", got.stdout)
	}
	if got := static(t, "--output=markdown"); !strings.HasPrefix(got.stdout, "# ") {
		t.Errorf("markdown:\n%s", got.stdout)
	}
}

func TestQuietPrintsOnlyTheReportThatIsAskedFor(t *testing.T) {
	if got := static(t, "--quiet"); got.stdout != "" || got.stderr != "" || got.code != 3 {
		t.Errorf("exit code %d, stdout %q, stderr %q", got.code, got.stdout, got.stderr)
	}
	if got := static(t, "--quiet", "--output=json"); !json.Valid([]byte(got.stdout)) || got.stderr != "" {
		t.Errorf("stdout %q, stderr %q", got.stdout, got.stderr)
	}
}

func TestFilteredRequirementsFillNeitherTableNorProgress(t *testing.T) {
	got := static(t, "--only=IMG-SIZE")
	if lines := strings.Count(got.stdout, "\n"); lines > 20 || strings.Contains(got.stdout, "PID-STAYS") {
		t.Errorf("%d lines:\n%s", lines, got.stdout)
	}
	if !strings.Contains(got.stderr, "[1/1]") || strings.Contains(got.stderr, "filtered") {
		t.Errorf("progress: %s", got.stderr)
	}
}

func TestEarlierReportDoesNotOutliveARunThatComesToNothing(t *testing.T) {
	reports := t.TempDir()
	if got := judge(t, "--profile=static", "--platform=linux/amd64", "--report-dir="+reports, "oci:"+ours); got.code != 3 {
		t.Fatalf("got exit code %d: %s", got.code, got.stderr)
	}
	nowhere := exec.CommandContext(t.Context(), suite, "run", "--report-dir="+reports, "oci:"+ours)
	nowhere.Env = append(os.Environ(), "DOCKER_HOST=unix:///nonexistent.sock")
	run(t, nowhere)
	if left, err := os.ReadDir(reports); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	judge(t, "--profile=static", "--report-dir="+reports, "oci:/nonexistent")
	if text, err := os.ReadFile(filepath.Join(reports, "junit.xml")); !strings.Contains(string(text), "no OCI layout") {
		t.Errorf("what could not be opened is not in the report: %v\n%s", err, text)
	}
}

func TestLeavesNoFileOfAnArchiveWithoutThePlatform(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "layout.tar")
	if printed, err := exec.CommandContext(t.Context(), "tar", "-C", ours, "-cf", archive, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	temporary := t.TempDir()
	command := exec.CommandContext(t.Context(), suite, "run", "--profile=static", "--platform=linux/s390x", "oci-archive:"+archive)
	command.Env = append(os.Environ(), "TMPDIR="+temporary)
	if got := run(t, command); got.code != 4 || !strings.Contains(got.stderr, "no linux/s390x") {
		t.Errorf("got exit code %d, %q", got.code, got.stderr)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNamesTheCommandThatMakesTheSameRun(t *testing.T) {
	got := judge(t, "--profile=static", "--platform=linux/amd64", "--entrypoint=/no such{1,2}", "oci:"+ours)
	_, command, _ := strings.Cut(got.stdout, "to see it again: ")
	command, _, _ = strings.Cut(command, "\n")
	again := run(t, exec.CommandContext(t.Context(), "sh", "-c", command))
	// The times differ.
	_, first, _ := strings.Cut(got.stdout, "Image")
	_, second, _ := strings.Cut(again.stdout, "Image")
	if got.code != 1 || again.code != 1 || first != second {
		t.Errorf("%s\n%d:\n%s\n%d:\n%s", command, got.code, got.stdout, again.code, again.stdout)
	}
}
