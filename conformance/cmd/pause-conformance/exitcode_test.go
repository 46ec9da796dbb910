package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEndsWithTwoOnACommandLineThatCannotBeUsed(t *testing.T) {
	for name, args := range map[string][]string{
		"no subcommand":        {},
		"unknown subcommand":   {"judge"},
		"unknown flag":         {"run", "--fast", "image:1"},
		"no image":             {"run"},
		"unknown profile":      {"run", "--profile", "quick", "image:1"},
		"unknown requirement":  {"run", "--only", "PID-2", "image:1"},
		"unknown feature":      {"run", "--without", "luck", "image:1"},
		"malformed platform":   {"run", "--platform", "linux", "image:1"},
		"malformed budget":     {"run", "--size-budget", "1", "image:1"},
		"negative timeout":     {"run", "--timeout", "-1s", "image:1"},
		"empty image":          {"run", ""},
		"report in a file":     {"run", "--profile=static", "--report-dir", suite, "oci:" + ours},
		"argument to list":     {"list", "all"},
		"unknown flag of list": {"list", "--yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ran(t, exec.CommandContext(t.Context(), suite, args...))
			if got.code != 2 || strings.Count(got.stderr, "\n") != 1 || got.stdout != "" {
				t.Errorf("got exit code %d, stdout %q, stderr %q; want 2 and one line on stderr", got.code, got.stdout, got.stderr)
			}
		})
	}
}

func TestEndsWithThreeAndOneLineWhereNothingCanBeTested(t *testing.T) {
	truncated := filepath.Join(t.TempDir(), "truncated.tar")
	if err := os.WriteFile(truncated, []byte("not an archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  string
		want string
	}{
		"missing layout":    {[]string{"--profile=static", "oci:" + t.TempDir()}, "", "no OCI layout"},
		"missing archive":   {[]string{"--profile=static", "docker-archive:/nonexistent"}, "", "no such file"},
		"truncated archive": {[]string{"--profile=static", "docker-archive:" + truncated}, "", truncated},
		"platform that it lacks": {[]string{"--profile=static", "--platform=linux/s390x", "oci:" + ours}, "",
			"no linux/s390x in index"},
		"no engine": {[]string{"oci:" + ours}, "DOCKER_HOST=unix:///nonexistent.sock", "unix:///nonexistent.sock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), suite, append([]string{"run"}, test.args...)...)
			command.Env = append(os.Environ(), test.env)
			got := ran(t, command)
			if got.code != 3 || strings.Count(got.stderr, "\n") != 1 || got.stdout != "" || !strings.Contains(got.stderr, test.want) {
				t.Errorf("got exit code %d, stdout %q, stderr %q; want 3 and one line that holds %q", got.code, got.stdout, got.stderr, test.want)
			}
		})
	}
}

func TestEndsWithThreeForAPlatformThatDoesNotRunHere(t *testing.T) {
	needsEngine(t)
	if _, err := os.Stat("/proc/sys/fs/binfmt_misc/qemu-s390x"); err == nil {
		t.Skip("linux/s390x runs here")
	}
	image := t.TempDir()
	if err := writeImage(image, "linux/s390x"); err != nil {
		t.Fatal(err)
	}
	got := judged(t, "--platform=linux/s390x", "oci:"+image)
	if got.code != 3 || !strings.Contains(got.stdout, "could not test") || !strings.Contains(got.stdout, "does not run on this host") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestImageOfAnotherMachineFailsWhereNobodyAskedForThePlatformAsWell(t *testing.T) {
	needsEngine(t)
	if native == "linux/arm64" {
		t.Skip("linux/arm64 is native")
	}
	image := t.TempDir()
	if err := writeImage(image, native, "linux/s390x as linux/arm64"); err != nil {
		t.Fatal(err)
	}
	got := judged(t, "--only=PID-STAYS,IMG-PLATFORM", "oci:"+image)
	if got.code != 1 || !strings.Contains(got.stdout, "linux/arm64 (emulated)") || strings.Contains(got.stdout, "this host") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestStaticProfileIsPartialAtBest(t *testing.T) {
	got := judged(t, "--profile=static", "oci:"+ours)
	if got.code != 3 || !strings.Contains(got.stdout, "partial") || got.complaint() != "" {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestEndsWithOneWhenAMustFailsWithoutAnEngine(t *testing.T) {
	got := judged(t, "--profile=static", "--platform=linux/amd64", "--entrypoint=/nonexistent", "oci:"+ours)
	if got.code != 1 || !strings.Contains(got.stdout, "not conformant") || !strings.Contains(got.stdout, "IMG-ENTRYPOINT") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestBudgetCanBeSet(t *testing.T) {
	got := judged(t, "--profile=static", "--platform=linux/amd64", "--size-budget=100,100", "--report-dir="+t.TempDir(), "oci:"+ours)
	if !strings.Contains(got.stdout, "IMG-SIZE") || !strings.Contains(got.stdout, "1 SHOULD failed") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestListsAndTellsVersionsAndHelps(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"version"}, {"--help"}, {"run", "--help"}} {
		got := ran(t, exec.CommandContext(t.Context(), suite, args...))
		if got.code != 0 || got.stdout == "" || got.stderr != "" {
			t.Errorf("%q: got exit code %d, stdout %q, stderr %q", args, got.code, got.stdout, got.stderr)
		}
	}
}

func TestEarlierReportDoesNotOutliveARunThatComesToNothing(t *testing.T) {
	reports := t.TempDir()
	if got := judged(t, "--profile=static", "--platform=linux/amd64", "--report-dir="+reports, "oci:"+ours); got.code != 3 {
		t.Fatalf("got exit code %d: %s", got.code, got.stderr)
	}
	nowhere := exec.CommandContext(t.Context(), suite, "run", "--report-dir="+reports, "oci:"+ours)
	nowhere.Env = append(os.Environ(), "DOCKER_HOST=unix:///nonexistent.sock")
	ran(t, nowhere)
	if left, err := os.ReadDir(reports); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	judged(t, "--profile=static", "--report-dir="+reports, "oci:/nonexistent")
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
	if got := ran(t, command); got.code != 3 || !strings.Contains(got.stderr, "no linux/s390x") {
		t.Errorf("got exit code %d, %q", got.code, got.stderr)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNamesTheCommandThatMakesTheSameRun(t *testing.T) {
	got := judged(t, "--profile=static", "--platform=linux/amd64", "--entrypoint=/no such{1,2}", "oci:"+ours)
	_, command, _ := strings.Cut(got.stdout, "to see it again: ")
	command, _, _ = strings.Cut(command, "\n")
	again := ran(t, exec.CommandContext(t.Context(), "sh", "-c", command))
	// The times differ.
	_, first, _ := strings.Cut(got.stdout, "Image")
	_, second, _ := strings.Cut(again.stdout, "Image")
	if got.code != 1 || again.code != 1 || first != second {
		t.Errorf("%s\n%d:\n%s\n%d:\n%s", command, got.code, got.stdout, again.code, again.stdout)
	}
}
