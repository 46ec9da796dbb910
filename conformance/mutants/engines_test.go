package mutants_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/engine/containerd"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/requirement"
)

func TestMutantsFailOnDockerAsWell(t *testing.T) {
	t.Parallel()
	if cheapest(t).Engine == conformance.Docker {
		t.Skip("all mutants are judged on Docker here")
	}
	needsDocker(t)
	images := runnable(conformance.Docker, chosen(mutants.All()))
	needsImages(t, images)
	judgeEachAlone(t, conformance.Config{Platforms: native(), Engine: conformance.Docker}, covering(images))
}

// A containerd has one sandbox image at a time, and a pod takes it longer than others.
func TestMutantsFailAsPodsOfContainerd(t *testing.T) {
	t.Parallel()
	needsContainerd(t)
	judgeEachAlone(t, conformance.Config{Platforms: native(), Engine: conformance.Containerd}, sample())
}

// sample are the mutants that stand for all.
func sample() []mutants.Mutant {
	return slices.DeleteFunc(chosen(mutants.All()), func(m mutants.Mutant) bool { return !m.Sample })
}

// judgeEachAlone judges each image by itself, by what it fails: that it fails nothing else has
// been shown on the cheapest engine. Two are judged at a time, in their order: as parallel tests, those
// that take longest could be the last to begin.
func judgeEachAlone(t *testing.T, config conformance.Config, images []mutants.Mutant) {
	needsImages(t, images)
	queue := make(chan mutants.Mutant, len(images))
	for _, image := range images {
		queue <- image
	}
	close(queue)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for image := range queue {
				t.Run("alone", func(t *testing.T) { judgeFaults(t, config, image) })
			}
		})
	}
	group.Wait()
}

// judgeFaults judges images by the requirements that any of them fails.
func judgeFaults(t *testing.T, config conformance.Config, images ...mutants.Mutant) {
	t.Helper()
	config.Only = faults(images)
	judge(t, config, images)
}

// faults are the requirements that any of the images fails, and the gate.
func faults(images []mutants.Mutant) []string {
	ids := []string{requirement.Gate}
	for _, image := range images {
		ids = append(ids, image.Fails...)
	}
	return ids
}

func needsContainerd(t *testing.T) {
	t.Helper()
	needsEngine(t)
	connection, err := containerd.Connect(t.Context(), containerd.Options{RequestTimeout: requestTimeout})
	if err != nil {
		t.Skip(err)
	}
	if err := connection.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// runnable are the images that the engine as it is shows to be wrong.
func runnable(engine conformance.EngineName, images []mutants.Mutant) []mutants.Mutant {
	return slices.DeleteFunc(slices.Clone(images), func(m mutants.Mutant) bool {
		return m.Static || m.Engine != nil || m.OnlyOCI && engine != conformance.OCI ||
			m.NeedsWritableRoot && engine == conformance.Containerd
	})
}

// covering chooses few images that together fail each requirement that needs an engine and
// that any of them fails, and leaves each image those failures that no image before it has.
func covering(images []mutants.Mutant) (few []mutants.Mutant) {
	open := map[string]bool{}
	for _, rule := range requirement.All() {
		open[rule.ID] = !rule.Static
	}
	gain := func(m mutants.Mutant) []string {
		return slices.DeleteFunc(slices.Clone(m.Fails), func(id string) bool { return !open[id] })
	}
	for len(images) > 0 {
		best := slices.MaxFunc(images, func(a, b mutants.Mutant) int { return len(gain(a)) - len(gain(b)) })
		best.Fails = gain(best)
		if len(best.Fails) == 0 {
			break
		}
		few = append(few, best)
		for _, id := range best.Fails {
			delete(open, id)
		}
	}
	return few
}
