package mutants_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance/mutants"
)

// batchSize is how many images one run judges at most, which share its probe and its waiting. A long
// run would be the last to end.
const batchSize = 6

// runCost is how many checks cost what a run does by itself, to start and to load its probe.
const runCost = 4

// batches puts images together that fail the same, since each is judged by what any of its batch
// fails. A batch ends where one image more would cost more than a run of its own. The images come in
// the order of how much they fail, the most first.
func batches(images []mutants.Mutant) (all [][]mutants.Mutant) {
	for len(images) > 0 {
		batch := images[:1]
		images = images[1:]
		for len(images) > 0 && len(batch) < batchSize {
			next := slices.MinFunc(images, func(a, b mutants.Mutant) int { return vainChecks(batch, a) - vainChecks(batch, b) })
			if vainChecks(batch, next) > runCost {
				break
			}
			batch = append(slices.Clip(batch), next)
			images = without(images, batch)
		}
		all = append(all, batch)
	}
	return all
}

// vainChecks is how many checks of what an image is not meant to fail are made because the image
// joins the batch: that it fails nothing else is for the whole to show, in make test-all.
func vainChecks(batch []mutants.Mutant, image mutants.Mutant) int {
	checks := func(images ...mutants.Mutant) int {
		return len(images) * len(slices.Compact(slices.Sorted(slices.Values(faults(images)))))
	}
	return checks(append(slices.Clone(batch), image)...) - checks(batch...) - checks(image)
}

func TestABatchIsOfImagesThatFailTheSame(t *testing.T) {
	much := mutants.Mutant{Name: "much", Fails: []string{"A", "B", "C", "D", "E", "F"}}
	like := mutants.Mutant{Name: "like", Fails: []string{"A", "B", "C", "D", "E"}}
	little := mutants.Mutant{Name: "little", Fails: []string{"G"}}
	images := []mutants.Mutant{much, like, little}
	for i := range batchSize {
		images = append(images, mutants.Mutant{Name: fmt.Sprint("little", i), Fails: []string{"G"}})
	}
	var sizes []int
	for _, batch := range batches(images) {
		sizes = append(sizes, len(batch))
	}
	if want := []int{2, batchSize, 1}; !slices.Equal(sizes, want) {
		t.Errorf("batches of %v images, want %v", sizes, want)
	}
}
