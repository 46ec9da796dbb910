package containerd

import (
	"context"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// judge judges one requirement of the image on the engine.
func judge(t *testing.T, e engine.Engine, image engine.Image, id string) report.Result {
	t.Helper()
	rule, known := requirement.Find(id)
	if !known {
		t.Fatalf("there is no requirement %s", id)
	}
	target := check.Target{Image: image, Timeout: time.Minute, Size: check.FullSize}
	return check.Run(t.Context(), e, check.NewSlots(1).Take(t.Context()), target, rule)
}

// killing is a runtime whose pods die with it, as with KillMode=control-group of systemd.
type killing struct{ *Engine }

func (k killing) RestartRuntime(ctx context.Context) error {
	if err := k.Engine.workspace.Group.Child("pods").Kill(); err != nil {
		return err
	}
	return k.Engine.RestartRuntime(ctx)
}

func TestPodsThatDieWithTheRuntimeFail(t *testing.T) {
	e := connect(t)
	if result := judge(t, e, e.Probe(), "POD-RUNTIME-RESTART"); result.Status != report.Pass {
		t.Errorf("with pods that live on it is %s: %s", result.Status, result.Seen)
	}
	if result := judge(t, killing{e}, e.Probe(), "POD-RUNTIME-RESTART"); result.Status != report.Fail {
		t.Errorf("with pods that die it is %s: %s", result.Status, result.Seen)
	}
}

// forgetful is an image that its runtime may remove.
type forgetful struct{ engine.Image }

func (forgetful) Pinned(context.Context) (bool, error) { return false, nil }

func TestAnImageThatIsNotPinnedFails(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		result := judge(t, e, e.Probe(), "POD-PINNED")
		if result.Status != report.Pass && result.Status != report.NotTestable {
			t.Errorf("the sandbox image of the configuration: %s: %s", result.Status, result.Seen)
		}
		if result := judge(t, e, forgetful{e.Probe()}, "POD-PINNED"); result.Status != report.Fail {
			t.Errorf("an image that may be removed: %s: %s", result.Status, result.Seen)
		}
	})
}
