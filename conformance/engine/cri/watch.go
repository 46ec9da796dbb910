package cri

import (
	"context"
	"errors"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
)

// watchFirst is for how long a pod has to be left alone before anything is judged. A kubelet
// looks every 2 s for pods that it does not know (pkg/kubelet/kubelet.go, housekeepingPeriod).
const watchFirst = 3 * time.Second

var errInterference = errors.New("something else ends pods of this run, as a kubelet does with those that it does not know (kubernetes#97190): " +
	"stop the node's kubelet for the run, or judge from a pod of it with --cri-pod, as conformance/cluster does")

// watch runs the suite's own program in a pod that nothing in the run ends. Where it ends,
// other pods then say nothing of the image: the engine is lost.
func (e *Engine) watch(ctx context.Context) error {
	sandbox, err := e.Probe().Start(ctx, engine.Pod{User: "65535:65535"})
	if err != nil {
		return nil // whoever starts the next pod says why
	}
	first, cancel := context.WithTimeout(ctx, watchFirst)
	defer cancel()
	if _, _ = sandbox.Wait(first); first.Err() == nil {
		return errInterference
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	go func() {
		if _, _ = sandbox.Wait(e.watching); e.watching.Err() == nil {
			e.lose(&engine.LostError{Err: errInterference})
		}
	}()
	return nil
}
