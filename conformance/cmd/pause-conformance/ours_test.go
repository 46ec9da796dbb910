package main

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

const native = "linux/" + runtime.GOARCH

// A platform of another architecture is judged on a kernel of its own, or else under an
// emulator of user space, which hides some of what a program does.
func TestOurImageIsConformant(t *testing.T) {
	needsEngine(t)
	platforms := cmp.Or(os.Getenv("PLATFORMS"), native)
	for platform := range strings.SplitSeq(platforms, ",") {
		t.Run(platform, func(t *testing.T) {
			t.Parallel() // a virtual machine has one processor, and takes minutes
			reports := filepath.Join(cmp.Or(os.Getenv("REPORT_DIR"), t.TempDir()), strings.ReplaceAll(platform, "/", "-"))
			if platform != native && judgeOnKernel(t, platform, reports) {
				return
			}
			// Other runs share the machine, which may be slow.
			got := judge(t, "--timeout=15m", "--platform="+platform, "--report-dir="+reports, "oci:"+ours)
			t.Logf("exit code %d\n%s%s", got.code, got.stdout, got.errors())
			subject := readReport(t, reports).Subjects[0]
			want := report.ExitConformant
			if subject.Emulated {
				want = report.ExitPartial
				isWholeButForTheEmulator(t, subject)
			} else if subject.Verdict != report.Conformant {
				t.Errorf("it is %s: %s", subject.Verdict, subject.Reason)
			}
			if got.code != want {
				t.Errorf("exit code %d, want %d", got.code, want)
			}
		})
	}
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

// isWholeButForTheEmulator expects every MUST to pass that an emulator does not
// hide, and nothing else to go wrong.
func isWholeButForTheEmulator(t *testing.T, subject report.Subject) {
	t.Helper()
	hidden := []string{"SIG-STORM", "SIG-SURVIVES"}
	var gaps []string
	for _, result := range subject.Results {
		switch {
		case result.Status == report.NotTestable && result.Requirement.Level == "MUST":
			gaps = append(gaps, result.Requirement.ID)
		case result.Status != report.Pass && result.Status != report.NotTestable:
			t.Errorf("%s: %s: %s: %s", subject.Platform, result.Requirement.ID, result.Status, result.Seen)
		}
	}
	slices.Sort(gaps)
	if subject.Verdict != report.Partial || !slices.Equal(gaps, hidden) {
		t.Errorf("%s is %s, and not judged on %q; want partial and %q", subject.Platform, subject.Verdict, gaps, hidden)
	}
}

func TestEngineReferenceIsJudgedAndKept(t *testing.T) {
	needsEngine(t)
	const reference = "pause-conformance-test:ours"
	archive := filepath.Join(t.TempDir(), "image.tar")
	writeArchive(t, archive, reference)
	load := exec.CommandContext(t.Context(), "docker", "load", "-i", archive)
	if printed, err := load.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "rmi", "-f", reference).Run() })
	got := judge(t, "--only=PID-STAYS,SIG-TERM,IMG-PLATFORM", reference)
	if got.code != report.ExitPartial || !strings.Contains(got.stdout, "3 passed") || !strings.Contains(got.stdout, "partial") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
	if err := exec.CommandContext(t.Context(), "docker", "image", "inspect", reference).Run(); err != nil {
		t.Errorf("the engine's own image is gone: %v", err)
	}
}
