package mutants_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// lastBatch is how much longer than TEST_UNTIL make test lets a batch take that has begun.
const lastBatch = 4 * time.Minute

// within skips images that make test has no time to begin, and ends what it has no time to finish:
// on a machine that is many times slower than others, the whole takes more than an hour.
func within(t *testing.T, images []mutants.Mutant) context.Context {
	t.Helper()
	seconds, err := strconv.ParseInt(os.Getenv("TEST_UNTIL"), 10, 64)
	if err != nil {
		return t.Context()
	}
	until := time.Unix(seconds, 0)
	if time.Now().After(until) {
		leaveOut(t, images, "make test has begun too long ago")
	}
	ctx, cancel := context.WithDeadline(t.Context(), until.Add(lastBatch))
	t.Cleanup(cancel)
	return ctx
}

// leaveOut skips images that are not judged, and tells make test of them: go test keeps to itself
// what it skips.
func leaveOut(t *testing.T, images []mutants.Mutant, reason string) {
	t.Helper()
	reports := os.Getenv("REPORT_DIR")
	if err := os.MkdirAll(reports, 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(reports, "left-out"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	test, _, _ := strings.Cut(t.Name(), "/")
	for _, image := range images {
		if _, err := fmt.Fprintf(file, "%s of %s: %s\n", image.Name, test, reason); err != nil {
			t.Fatal(err)
		}
	}
	t.Skip(reason)
}

func TestWhatMakeTestDoesNotJudgeIsNamed(t *testing.T) {
	const id = "SIG-TERM"
	image := mutants.Mutant{Name: "deaf", Fails: []string{id}}
	rule, _ := requirement.Find(id)
	for reason, leave := range map[string]func(t *testing.T){
		"make test has begun too long ago": func(t *testing.T) { within(t, []mutants.Mutant{image}) },
		id + ": " + tooBusy: func(t *testing.T) {
			compare(t, conformance.OCI, report.Subject{Results: []report.Result{{Requirement: rule, Status: report.Error, Seen: tooBusy}}}, image)
		},
	} {
		reports := t.TempDir()
		t.Setenv("REPORT_DIR", reports)
		t.Setenv("TEST_UNTIL", "1")
		skipped := false
		t.Run("image", func(t *testing.T) {
			defer func() { skipped = t.Skipped() }()
			leave(t)
		})
		text, _ := os.ReadFile(filepath.Join(reports, "left-out"))
		if want := "deaf of " + t.Name() + ": " + reason + "\n"; string(text) != want || !skipped {
			t.Errorf("skipped %t, got %q, want %q", skipped, text, want)
		}
	}
}
