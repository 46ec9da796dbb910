// Package mutants holds sandbox images that are wrong on purpose, each with the
// exact set of requirements that it fails, and right ones that differ from ours.
// They are to a conformance suite what mutation testing is to unit tests: proof
// that every requirement can fail, and that it fails for its own reason alone.
package mutants

//go:generate go run ./internal/matrix MATRIX.md

import (
	"context"
	"net/http"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/requirement"
	"github.com/podsandbox/pause/pause/freestanding"
)

// A Mutant is our own image with one fault, or runs on an engine with one.
type Mutant struct {
	// Name is in kebab case, and says what the image does.
	Name string

	// Why tells what harm that does. Where a published image had the fault,
	// it names the public source.
	Why string

	// Fails are the ids of the requirements that it fails. It passes all others,
	// but for those that cannot be judged once it fails PID-STAYS.
	Fails []string

	// Edits change the program's source.
	Edits []Edit

	// Program replaces the program.
	Program func(context.Context, freestanding.Platform) ([]byte, error)

	// Rewrite changes the program itself, an ELF file.
	Rewrite func(program []byte) ([]byte, error)

	// Configure changes the image's configuration, and Files add to its root file
	// system or replace files.
	Configure func(*v1.ConfigFile)
	Files     []File

	// Zstd compresses the layer of Files.
	Zstd bool

	// Reindex changes the entries of the index: the mutant's comes first.
	Reindex func([]mutate.IndexAddendum) []mutate.IndexAddendum

	// Engine changes what the engine does with requests.
	Engine func(engine http.Handler) http.Handler

	// Lacks are the features that it is declared to lack.
	Lacks []requirement.Feature

	// Static mutants run the right program in the right way. They are judged
	// without an engine.
	Static bool

	// OnlyOCI mutants are judged on an OCI runtime alone: Docker and containerd never come back
	// from a container whose start is stopped.
	OnlyOCI bool

	// NeedsWritableRoot mutants fail just this only where a sandbox can have a root file system that
	// can be written to, which CRI runtimes give none.
	NeedsWritableRoot bool

	// Sample mutants stand for all where a sandbox is dear: under emulation, on Podman and on
	// containerd. Their faults are far apart, and none is one of time: such engines are late themselves.
	Sample bool
}

// Size is less work than check.FullSize, and enough for a mutant to show its fault.
var Size = check.Size{Burst: 200, Steady: 1000, Density: 3, RSS: check.FullSize.RSS}

// All are the mutants, in the order of the specification's chapters.
func All() []Mutant {
	return slices.Concat(imageMutants, processMutants, signalMutants, reapingMutants, namespaceMutants, podMutants, engineMutants)
}

// fails puts groups of ids together.
func fails(groups ...any) (ids []string) {
	for _, group := range groups {
		switch group := group.(type) {
		case string:
			ids = append(ids, group)
		case []string:
			ids = append(ids, group...)
		}
	}
	return ids
}
