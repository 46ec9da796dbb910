package mutants_test

import (
	"os"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/requirement"
)

func TestMatrixIsCurrent(t *testing.T) {
	matrix, err := os.ReadFile("MATRIX.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(matrix) != mutants.Matrix() {
		t.Error("MATRIX.md is not what the mutants say: run make matrix")
	}
}

func TestEveryRequirementIsFailedByAMutant(t *testing.T) {
	// These fail by a runtime alone: see the tests of conformance/engine/containerd.
	proof := map[string]bool{"POD-RUNTIME-RESTART": true, "POD-PINNED": true}
	for _, mutant := range mutants.All() {
		for _, id := range mutant.Fails {
			proof[id] = true
		}
	}
	for _, rule := range requirement.All() {
		if !proof[rule.ID] {
			t.Errorf("no mutant fails %s: nothing shows that its check can fail", rule.ID)
		}
	}
}

func TestMutantsNameTheirFault(t *testing.T) {
	names := map[string]bool{}
	for _, mutant := range mutants.All() {
		if names[mutant.Name] || mutant.Why == "" || len(mutant.Fails) == 0 {
			t.Errorf("%q: a name twice, no reason, or nothing that it fails", mutant.Name)
		}
		names[mutant.Name] = true
		for i, id := range mutant.Fails {
			if _, known := requirement.Find(id); !known || slices.Contains(mutant.Fails[:i], id) {
				t.Errorf("%s fails %s, which is no requirement, or twice", mutant.Name, id)
			}
		}
	}
}
