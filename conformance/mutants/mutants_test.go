package mutants_test

import (
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
)

var (
	only       = flag.String("mutants", "", "judge only the images of these names, separated by commas")
	engineFlag = flag.String("engine", "", "judge on this engine, rather than on the cheapest in reach")
)

// wholes is how many mutants the whole specification judges, which costs many times what a batch does.
const wholes = 2

// The whole specification judges those mutants that fail most of it, and each where mutants or an
// engine are named; the others are judged by what those of their batch fail. This comes before the
// parallel tests: what a slow machine has no time for is then what another engine would show once more.
func TestMutantsFailExactlyWhatTheyAreMeantTo(t *testing.T) {
	var static, sandboxes []mutants.Mutant
	for _, mutant := range chosen(mutants.All()) {
		switch {
		case mutant.Static:
			static = append(static, mutant)
		case mutant.Engine == nil:
			sandboxes = append(sandboxes, mutant)
		}
	}
	t.Run("image", func(t *testing.T) {
		judge(t, conformance.Config{Profile: conformance.Static, Platforms: native()}, static)
	})
	t.Run("sandbox", func(t *testing.T) {
		config := cheapest(t)
		sandboxes = runnable(config.Engine, sandboxes)
		needsImages(t, sandboxes)
		slices.SortStableFunc(sandboxes, func(a, b mutants.Mutant) int { return len(b.Fails) - len(a.Fails) })
		few := sandboxes
		if *only == "" && *engineFlag == "" {
			few = sandboxes[:wholes]
		}
		for batch := range slices.Chunk(few, batchSize) {
			t.Run("by the whole", func(t *testing.T) {
				t.Parallel()
				judge(t, config, batch)
			})
		}
		for _, batch := range batches(sandboxes[len(few):]) {
			t.Run("by what a batch fails", func(t *testing.T) {
				t.Parallel()
				judgeFaults(t, config, batch...)
			})
		}
	})
}

func TestMutantsOfEnginesFailExactlyWhatTheyAreMeantTo(t *testing.T) {
	t.Parallel()
	ofEngines := slices.DeleteFunc(chosen(mutants.All()), func(m mutants.Mutant) bool { return m.Engine == nil })
	needsImages(t, ofEngines)
	needsDocker(t)
	for _, mutant := range ofEngines {
		t.Run(mutant.Name, func(t *testing.T) {
			t.Parallel()
			judgeFaults(t, conformance.Config{Platforms: native(), DockerHost: serve(t, mutant.Engine)}, mutant)
		})
	}
}

// without returns the images but those of the list.
func without(images, list []mutants.Mutant) []mutants.Mutant {
	return slices.DeleteFunc(slices.Clone(images), func(image mutants.Mutant) bool {
		return slices.ContainsFunc(list, func(other mutants.Mutant) bool { return other.Name == image.Name })
	})
}

func TestMutantsThatAreAskedForExist(t *testing.T) {
	if *only == "" {
		t.Skip("all are judged: -mutants names none")
	}
	for _, name := range strings.Split(*only, ",") {
		if !slices.ContainsFunc(slices.Concat(mutants.All(), mutants.Equivalents()), func(m mutants.Mutant) bool { return m.Name == name }) {
			t.Errorf("mutant %q: MATRIX.md has none of that name", name)
		}
	}
}

func TestMutantsFailUnderEmulationAsWell(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH == "arm64" || !strings.Contains(os.Getenv("PLATFORMS"), "linux/arm64") {
		t.Skip("linux/arm64 is native, or PLATFORMS does not ask for it")
	}
	config := cheapest(t)
	config.Platforms = []string{"linux/arm64"}
	judgeFaults(t, config, sample()...)
}

func native() []string { return []string{"linux/" + runtime.GOARCH} }

func chosen(all []mutants.Mutant) []mutants.Mutant {
	if *only == "" {
		return all
	}
	names := strings.Split(*only, ",")
	return slices.DeleteFunc(all, func(m mutants.Mutant) bool { return !slices.Contains(names, m.Name) })
}
