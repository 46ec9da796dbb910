package mutants_test

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
)

// The sizes of the specification are those of the cheapest engine alone: a hundred sandboxes and
// twenty thousand orphans show little of another one.
func TestOurImageIsConformant(t *testing.T) {
	t.Parallel()
	config := cheapest(t)
	config.Size = check.FullSize
	result := judge(t, config, named(chosen(mutants.Equivalents()), "ours"))
	// It is untested where something has ended in error, of which judge tells.
	if subject := result.Subjects[0]; subject.Verdict != report.Conformant && subject.Verdict != report.Untested {
		t.Errorf("it is %s: %s", subject.Verdict, subject.Reason)
	}
	if _, err := report.WriteFiles(filepath.Join(cmp.Or(os.Getenv("REPORT_DIR"), t.TempDir()), "linux-"+runtime.GOARCH), result); err != nil {
		t.Error(err)
	}
}

func TestEquivalentsFailNothing(t *testing.T) {
	t.Parallel()
	all := chosen(mutants.Equivalents())
	judgeByLacks(t, cheapest(t), without(all, named(all, "ours")))
}

// Beside our image, Docker judges upstream's behaviour.
func TestEquivalentsFailNothingOnDockerAsWell(t *testing.T) {
	t.Parallel()
	if cheapest(t).Engine == conformance.Docker {
		t.Skip("all equivalents are judged on Docker here")
	}
	needsDocker(t)
	judgeByLacks(t, conformance.Config{Platforms: native(), Engine: conformance.Docker}, named(chosen(mutants.Equivalents()), "ours", "handlers"))
}

func TestOurImageFailsNothingAsPodsOfContainerd(t *testing.T) {
	t.Parallel()
	needsContainerd(t)
	judge(t, conformance.Config{Platforms: native(), Engine: conformance.Containerd}, named(chosen(mutants.Equivalents()), "ours"))
}

// judgeByLacks judges those images in one run that are declared to lack the same.
func judgeByLacks(t *testing.T, config conformance.Config, images []mutants.Mutant) {
	needsImages(t, images)
	for len(images) > 0 {
		group := slices.DeleteFunc(slices.Clone(images), func(image mutants.Mutant) bool { return !slices.Equal(image.Lacks, images[0].Lacks) })
		images = without(images, group)
		t.Run("lacking the same", func(t *testing.T) {
			t.Parallel()
			own := config
			own.Without = group[0].Lacks
			judge(t, own, group)
		})
	}
}

// named returns the images of the names.
func named(images []mutants.Mutant, names ...string) []mutants.Mutant {
	return slices.DeleteFunc(slices.Clone(images), func(image mutants.Mutant) bool { return !slices.Contains(names, image.Name) })
}
