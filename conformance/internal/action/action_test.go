// Package action tests the scripts of .github/actions/conformance, with stubs in
// place of the suite and of what downloads it.
package action

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerdictAndExitCodeAreOutputs(t *testing.T) {
	for _, test := range []struct {
		code            int
		report, verdict string
	}{
		{0, `"verdict": "conformant"`, "conformant"},
		{0, `"verdict": "partial"`, "partial"},
		{0, `"image": "\"verdict\": \"partial\""`, "conformant"},
		{1, "", "not conformant"},
		{2, "", "usage error"},
		{3, "", "partial"},
		{4, "", "could not test"},
		{130, "", "interrupted"},
		{139, "", "could not test"},
	} {
		t.Run(fmt.Sprint(test.code, test.report), func(t *testing.T) {
			step := newStep(t, "SUITE_EXIT", fmt.Sprint(test.code), "REPORT", test.report)
			if code, _ := step.run("judge.sh"); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			reports := step.output("report-dir")
			if _, err := os.Stat(filepath.Join(reports, "report.json")); err != nil {
				t.Error(err)
			}
			if verdict, code := step.output("verdict"), step.output("exit-code"); verdict != test.verdict || code != fmt.Sprint(test.code) {
				t.Errorf("verdict %q and exit code %s, want %q and %d", verdict, code, test.verdict, test.code)
			}
			if summary := step.read("summary"); !strings.Contains(summary, "# Report") {
				t.Errorf("the summary is %q", summary)
			}
		})
	}
}

func TestRunWithoutAReportIsInTheSummary(t *testing.T) {
	step := newStep(t, "SUITE_EXIT", "4")
	step.script("suite", `exit "$SUITE_EXIT"`)
	step.run("judge.sh")
	if summary := step.read("summary"); !strings.Contains(summary, "could not test") {
		t.Errorf("the summary is %q", summary)
	}
}

func TestInputsAreArgumentsAsTheyAre(t *testing.T) {
	const hostile = "a \"$(touch canary)\" `touch canary`; touch canary; '*"
	step := newStep(t, "IMAGES", "one\n"+hostile+"\n\n", "PLATFORMS", hostile, "PROFILE", "", "ENGINE", "oci", "RUNTIME", hostile,
		"ENTRYPOINT", "/pause -v", "IMAGE_USER", "1", "WITHOUT", "a,b", "ONLY", "SIG", "SKIP", "-x", "FAIL_ON", "should",
		"ALLOW_PARTIAL", "true", "FLAGS", "--seed=1\n--timeout=1 m\n")
	step.run("judge.sh")
	want := strings.Join([]string{"run", "--report-dir=" + step.output("report-dir"), "--platform=" + hostile, "--engine=oci", "--runtime=" + hostile,
		"--entrypoint=/pause -v", "--user=1", "--without=a,b", "--only=SIG", "--skip=-x", "--fail-on=should",
		"--allow-partial", "--seed=1", "--timeout=1 m", "--", "one", hostile}, "\n") + "\n"
	if args := step.read("args"); args != want {
		t.Errorf("the suite's arguments are\n%s\nwant\n%s", args, want)
	}
	if _, err := os.Stat(filepath.Join(step.dir, "canary")); err == nil {
		t.Error("an input was run")
	}
}

func TestRunnerObeysNothingThatTheSuitePrints(t *testing.T) {
	_, output := newStep(t, "REPORT", "").run("judge.sh")
	lines := strings.Split(strings.TrimSpace(output), "\n")
	token, ok := strings.CutPrefix(lines[0], "::stop-commands::")
	if last := lines[len(lines)-1]; !ok || len(token) < 32 || last != "::"+token+"::" {
		t.Errorf("commands are obeyed in %q", output)
	}
}

func TestReleasedSuiteHasToHaveItsDigestOrItsAttestation(t *testing.T) {
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte("suite")))
	for name, test := range map[string]struct {
		sha256, ghExit string
		ok             bool
	}{
		"its digest":          {digest, "1", true},
		"another digest":      {strings.Repeat("0", 64), "0", false},
		"not a digest":        {"x", "0", false},
		"its attestation":     {"", "0", true},
		"another attestation": {"", "1", false},
	} {
		t.Run(name, func(t *testing.T) {
			step := newStep(t, "SUITE", "", "VERSION", "v1.1.0", "SHA256", test.sha256, "GH_EXIT", test.ghExit)
			code, output := step.run("fetch.sh")
			if (code == 0) != test.ok || (step.output("path") != "") != test.ok {
				t.Errorf("exit code %d, and path %q: %s", code, step.output("path"), output)
			}
		})
	}
}

func TestSuiteComesFromTheReleaseThatIsNamed(t *testing.T) {
	step := newStep(t, "SUITE", "", "VERSION", "v1.1.0", "GH_EXIT", "0")
	step.run("fetch.sh")
	const address = "https://github.com/podsandbox/pause/releases/download/v1.1.0/pause-conformance-linux-amd64"
	if args := step.read("address"); !strings.Contains(args, address) {
		t.Errorf("curl %s, want %s", args, address)
	}
	for _, version := range []string{"", "main", "0123456789012345678901234567890123456789", "--help"} {
		step := newStep(t, "SUITE", "", "VERSION", version)
		if code, output := step.run("fetch.sh"); code != 2 || !strings.Contains(output, "input version") {
			t.Errorf("version %q: exit code %d: %s", version, code, output)
		}
	}
}

func TestSuiteThatIsThereIsTaken(t *testing.T) {
	step := newStep(t, "VERSION", "main")
	if code, output := step.run("fetch.sh"); code != 0 || step.output("path") != filepath.Join(step.dir, "suite") {
		t.Errorf("exit code %d, and path %q: %s", code, step.output("path"), output)
	}
}

// step is a step of the action on a runner whose commands are stubs.
type step struct {
	*testing.T
	dir string
	env []string
}

func newStep(t *testing.T, env ...string) step {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash: GitHub's runners have it")
	}
	s := step{T: t, dir: t.TempDir()}
	s.script("suite", `printf '%s\n' "$@" >args; dir=${2#*=}; echo '# Report' >"$dir/report.md"; echo "$REPORT" >"$dir/report.json"; echo ::error::; exit "${SUITE_EXIT:-0}"`)
	s.script("curl", `echo "$@" >address; while [ "$1" != --output ]; do shift; done; printf suite >"$2"`)
	s.script("gh", `exit "$GH_EXIT"`)
	s.env = []string{"PATH=" + s.dir + ":" + os.Getenv("PATH"), "RUNNER_TEMP=" + s.dir, "GITHUB_OUTPUT=" + filepath.Join(s.dir, "output"),
		"GITHUB_STEP_SUMMARY=" + filepath.Join(s.dir, "summary"), "SUITE=" + filepath.Join(s.dir, "suite"), "REPOSITORY=podsandbox/pause", "ARCH=amd64"}
	for _, name := range strings.Fields("VERSION SHA256 IMAGES PLATFORMS PROFILE ENGINE RUNTIME ENTRYPOINT IMAGE_USER WITHOUT ONLY SKIP FAIL_ON ALLOW_PARTIAL FLAGS") {
		s.env = append(s.env, name+"=")
	}
	for i := 0; i < len(env); i += 2 {
		s.env = append(s.env, env[i]+"="+env[i+1])
	}
	return s
}

func (s step) script(name, text string) {
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		s.Fatal(err)
	}
}

func (s step) run(script string) (code int, output string) {
	path, err := filepath.Abs("../../../.github/actions/conformance/" + script)
	if err != nil {
		s.Fatal(err)
	}
	command := exec.Command(path)
	command.Dir, command.Env = s.dir, s.env
	text, err := command.CombinedOutput()
	if command.ProcessState == nil {
		s.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(text)
}

// output is an output of the step, empty where it has none.
func (s step) output(name string) string {
	for line := range strings.Lines(s.read("output")) {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (s step) read(name string) string {
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	return string(text)
}
