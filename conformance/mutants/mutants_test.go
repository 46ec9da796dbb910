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
	"github.com/podsandbox/pause/conformance/requirement"
)

var (
	only       = flag.String("mutants", "", "judge only the images of these names, separated by commas")
	engineFlag = flag.String("engine", "", "judge on this engine, rather than on the cheapest in reach")
)

// One run judges several mutants, which share its probe and its waiting. A long one would be the
// last to end; where it judges by what any of them fails, fewer mutants make fewer checks.
const batchSize, faultsBatchSize = 6, 4

// The whole specification judges those mutants that fail most of it; the others are
// judged by what those of their batch fail. With TEST_ALL, or an engine that is named, the
// whole judges each.
func TestMutantsFailExactlyWhatTheyAreMeantTo(t *testing.T) {
	t.Parallel()
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
		if config.Engine != conformance.OCI {
			sandboxes = runnable(sandboxes)
		}
		few := sandboxes
		if !everywhere && *only == "" && *engineFlag == "" {
			few = covering(sandboxes)[:batchSize]
		}
		for batch := range slices.Chunk(few, batchSize) {
			t.Run("by the whole", func(t *testing.T) {
				t.Parallel()
				judge(t, config, batch)
			})
		}
		for batch := range slices.Chunk(alike(without(sandboxes, few)), faultsBatchSize) {
			t.Run("by what a batch fails", func(t *testing.T) {
				t.Parallel()
				judgeFaults(t, config, batch...)
			})
		}
	})
}

func TestMutantsOfEnginesFailExactlyWhatTheyAreMeantTo(t *testing.T) {
	t.Parallel()
	needsDocker(t)
	for _, mutant := range chosen(mutants.All()) {
		if mutant.Engine == nil {
			continue
		}
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

// alike puts images next to each other that fail the same.
func alike(images []mutants.Mutant) []mutants.Mutant {
	return slices.SortedStableFunc(slices.Values(images), func(a, b mutants.Mutant) int { return slices.Compare(a.Fails, b.Fails) })
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
	judgeFaults(t, config, sample(chosen(mutants.All()))...)
}

func TestEquivalentsFailNothing(t *testing.T) {
	t.Parallel()
	configs := []conformance.Config{cheapest(t)}
	if configs[0].Engine == conformance.OCI {
		configs = append(configs, conformance.Config{Platforms: native(), Engine: conformance.Docker})
	}
	for _, config := range configs {
		t.Run(string(config.Engine), func(t *testing.T) {
			t.Parallel()
			if config.Engine == conformance.Docker {
				needsDocker(t)
			}
			images := chosen(mutants.Equivalents())
			if config.Engine == conformance.Docker && !everywhere && *only == "" {
				images = slices.DeleteFunc(images, func(m mutants.Mutant) bool { return m.Name != "handlers" })
			}
			for _, group := range byLacks(images) {
				t.Run("lacking "+strings.Join(words(group[0].Lacks), ","), func(t *testing.T) {
					t.Parallel()
					own := config
					own.Without = group[0].Lacks
					judge(t, own, group)
				})
			}
		})
	}
}

// byLacks puts the images together that are declared to lack the same.
func byLacks(images []mutants.Mutant) (groups [][]mutants.Mutant) {
	for _, image := range images {
		i := slices.IndexFunc(groups, func(group []mutants.Mutant) bool { return slices.Equal(group[0].Lacks, image.Lacks) })
		if i < 0 {
			groups = append(groups, []mutants.Mutant{image})
		} else {
			groups[i] = append(groups[i], image)
		}
	}
	return groups
}

func native() []string { return []string{"linux/" + runtime.GOARCH} }

func words(features []requirement.Feature) (words []string) {
	for _, feature := range features {
		words = append(words, string(feature))
	}
	return words
}

func chosen(all []mutants.Mutant) []mutants.Mutant {
	if *only == "" {
		return all
	}
	names := strings.Split(*only, ",")
	return slices.DeleteFunc(all, func(m mutants.Mutant) bool { return !slices.Contains(names, m.Name) })
}
