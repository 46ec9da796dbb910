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

	"github.com/podsandbox/pause/conformance/mutants"
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

func TestWhatMakeTestHasNoTimeForIsNamed(t *testing.T) {
	reports := t.TempDir()
	t.Setenv("REPORT_DIR", reports)
	t.Setenv("TEST_UNTIL", "1")
	skipped := false
	t.Run("late", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		within(t, []mutants.Mutant{{Name: "one"}, {Name: "another"}})
	})
	text, _ := os.ReadFile(filepath.Join(reports, "left-out"))
	const reason = " of TestWhatMakeTestHasNoTimeForIsNamed: make test has begun too long ago\n"
	if want := "one" + reason + "another" + reason; string(text) != want || !skipped {
		t.Errorf("skipped %t, got %q, want %q", skipped, text, want)
	}
}
