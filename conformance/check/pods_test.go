package check

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/fake"
)

// TestNoSeedRepeatsAStranger is of runs beside each other: a sandbox that kills everybody
// in one of them must not reach the other's.
func TestNoSeedRepeatsAStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strangers := map[string]bool{}
		for range 2 { // with one seed
			eng := fake.New()
			eng.Subject.Refuse = func(_ context.Context, pod engine.Pod) error {
				if pod.HostPIDs && strangers[pod.User] {
					t.Errorf("user %s has two sandboxes in the host's PID namespace", pod.User)
				}
				if pod.HostPIDs {
					strangers[pod.User] = true
				}
				return nil
			}
			judge(t, eng, "POD-HOST-NAMESPACES")
		}
		if len(strangers) != 4 {
			t.Errorf("%d users, want 4 strangers", len(strangers))
		}
	})
}
