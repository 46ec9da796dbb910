package mutants_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/freestanding"
)

var only = flag.String("mutants", "", "judge only the mutants of these names, separated by commas")

// reduced is enough of everything for a mutant to show its fault.
var reduced = check.Size{Burst: 200, Steady: 1000, Density: 6, RSS: check.FullSize.RSS}

// atOnce is how many mutants one run judges: they share its probe and its waiting.
const atOnce = 12

func TestMutantsFailExactlyWhatTheyAreMeantTo(t *testing.T) {
	chosen := chosen(mutants.All())
	var static, dynamic []mutants.Mutant
	for _, mutant := range chosen {
		if mutant.Static {
			static = append(static, mutant)
		} else {
			dynamic = append(dynamic, mutant)
		}
	}
	t.Run("static", func(t *testing.T) { judge(t, conformance.Config{Profile: conformance.Static}, static) })
	for batch := range slices.Chunk(dynamic, atOnce) {
		t.Run("full", func(t *testing.T) { judge(t, conformance.Config{Profile: conformance.Full}, batch) })
	}
}

func chosen(all []mutants.Mutant) []mutants.Mutant {
	if *only == "" {
		return all
	}
	names := strings.Split(*only, ",")
	return slices.DeleteFunc(all, func(m mutants.Mutant) bool { return !slices.Contains(names, m.Name) })
}

func judge(t *testing.T, config conformance.Config, batch []mutants.Mutant) {
	if len(batch) == 0 {
		t.Skip("none is chosen")
	}
	platform, err := freestanding.ParsePlatform("linux/" + runtime.GOARCH)
	if err != nil {
		t.Skip(err)
	}
	references := write(t, batch, platform)
	config.Images, config.Platforms, config.Size = references, []string{platform.String()}, reduced
	config.Progress = logFailures
	found, err := conformance.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d mutants in %s", len(batch), found.Duration)
	for i, subject := range found.Subjects {
		t.Run(batch[i].Name, func(t *testing.T) { compare(t, subject, batch[i].Fails) })
	}
}

func logFailures(progress conformance.Progress) {
	if result := progress.Result; result.Status == report.Fail || result.Status == report.Error {
		fmt.Fprintf(os.Stderr, "%s %s %s (%.1fs): %s: %s\n", filepath.Base(progress.Image), result.Requirement.ID,
			result.Status, result.Duration.Seconds(), result.Expected, result.Seen)
	}
}

// write writes the mutants as OCI layouts and returns references to them.
func write(t *testing.T, batch []mutants.Mutant, platform freestanding.Platform) []string {
	references := make([]string, len(batch))
	directory := t.TempDir()
	var writing sync.WaitGroup
	for i, mutant := range batch {
		layout := filepath.Join(directory, mutant.Name)
		references[i] = "oci:" + layout
		writing.Go(func() {
			if err := mutant.Write(context.Background(), layout, platform); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return references
}

func compare(t *testing.T, subject report.Subject, want []string) {
	if len(subject.Results) == 0 {
		t.Fatalf("not judged: %s", subject.Reason)
	}
	for _, result := range subject.Results {
		id := result.Requirement.ID
		switch meant := slices.Contains(want, id); {
		case result.Status == report.Error:
			t.Errorf("%s ended in error: %s", id, result.Seen)
		case result.Status == report.Fail && !meant:
			t.Errorf("%s failed: %s: %s", id, result.Expected, result.Seen)
		case result.Status != report.Fail && meant:
			t.Errorf("%s did not fail, it was %s: %s", id, result.Status, result.Seen)
		}
	}
}
