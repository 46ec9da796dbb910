package mutants_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
)

// isExempt tells whether the engine cannot show this failure. An OCI runtime can show all.
func isExempt(engine conformance.EngineName, result report.Result) bool {
	switch engine {
	case conformance.Containerd:
		// It stops a pod by SIGKILL at once.
		return result.Status == report.NotTestable || result.Requirement.ID == "POD-STOP"
	case conformance.Docker:
		return result.Status == report.NotTestable
	}
	return false
}

// tooBusy is what the suite says where a machine is too busy for a verdict, twice. Only make test,
// which has no time to wait for a better moment, leaves the image out then.
const tooBusy = "the machine is too busy to judge"

func compare(t *testing.T, engine conformance.EngineName, subject report.Subject, image mutants.Mutant) {
	t.Helper()
	if len(subject.Results) == 0 {
		t.Fatalf("not judged: %s", subject.Reason)
	}
	busy := ""
	for _, result := range subject.Results {
		id := result.Requirement.ID
		isExpected := slices.Contains(image.Fails, id)
		switch result.Status {
		case report.Error:
			if strings.Contains(result.Seen, tooBusy) && os.Getenv("TEST_UNTIL") != "" {
				busy = id + ": " + result.Seen
				continue
			}
			t.Errorf("%s ended in error: %s", id, result.Seen)
		case report.Fail:
			if !isExpected {
				t.Errorf("%s failed: %s: %s", id, result.Expected, result.Seen)
			}
		default:
			untestable := subject.Emulated && result.Status == report.NotTestable
			if isExpected && !untestable && !isExempt(engine, result) {
				t.Errorf("%s was to fail, and is %s: %s", id, result.Status, result.Seen)
			}
		}
	}
	if busy != "" && !t.Failed() {
		leaveOut(t, []mutants.Mutant{image}, busy)
	}
}
