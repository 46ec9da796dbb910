package conformance

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/fake"
	"github.com/podsandbox/pause/conformance/report"
)

// TestTheCheckThatTakesLongestStartsFirst is of a check that stands between two others in
// the specification. A run waits ten seconds for it: what it waits before comes on top.
func TestTheCheckThatTakesLongestStartsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var first string
		var once sync.Once
		start := func(id string) { once.Do(func() { first = id; cancel() }) }
		eng := fake.New()
		eng.Subject.Refuse = func(_ context.Context, pod engine.Pod) error {
			switch {
			case pod.PIDsOf != nil:
				start("PID-NOT-FIRST")
			case pod.User != "":
				start("PID-ANY-UID")
			case pod.Arguments != nil:
				start("PID-ARGS")
			}
			return nil
		}
		s := subject{target: check.Target{Image: eng.Subject, Timeout: time.Minute, Size: check.FullSize}}
		config := complete(t, Config{Only: []string{"PID-ANY-UID", "PID-NOT-FIRST", "PID-ARGS"}})
		s.run(ctx, config, eng, check.NewSlots(1), func(report.Result) {})
		if first != "PID-NOT-FIRST" {
			t.Errorf("%q starts first", first)
		}
	})
}

func TestAnImageThatDoesNotStayUpFailsWhateverIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eng := fake.New()
		eng.Subject.Refuse = func(context.Context, engine.Pod) error { return &engine.StartError{Err: errors.New("no such file")} }
		s := subject{target: check.Target{Image: eng.Subject, Timeout: time.Minute, Size: check.FullSize}}
		statuses := map[string]report.Status{}
		s.run(t.Context(), complete(t, Config{Only: []string{"SIG-TERM"}}), eng, check.NewSlots(1), func(result report.Result) {
			statuses[result.Requirement.ID] = result.Status
		})
		if statuses["PID-STAYS"] != report.Fail || statuses["SIG-TERM"] != report.NotTestable || statuses["SIG-INT"] != report.Filtered {
			t.Errorf("PID-STAYS is %s, SIG-TERM %s, SIG-INT %s", statuses["PID-STAYS"], statuses["SIG-TERM"], statuses["SIG-INT"])
		}
	})
}
