package pods

import (
	"context"
	"errors"
	"fmt"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// imageSpec is the image and the name that a pod has for it. CRI-O wants both, and takes no id
// for a name.
func (r *Runtime) imageSpec(reference string) *cri.ImageSpec {
	name := reference
	if r.kubeletPod != nil && reference == r.Probe {
		name = r.kubeletPod.probe
	}
	return &cri.ImageSpec{Image: reference, UserSpecifiedImage: name}
}

// Pinned tells whether the runtime keeps the image from garbage collection.
func (r *Runtime) Pinned(ctx context.Context, reference string) (bool, error) {
	answer, err := call(ctx, r, r.Client.ImageStatus, &cri.ImageStatusRequest{Image: r.imageSpec(reference)})
	if err != nil {
		return false, fmt.Errorf("ask for image %s: %w", reference, err)
	}
	return answer.GetImage().GetPinned(), nil
}

// Record returns the runtime's own record of a sandbox that Start has started.
func (r *Runtime) Record(ctx context.Context, started engine.Sandbox) (info map[string]string, err error) {
	s, ours := started.(*sandbox)
	if !ours {
		return nil, errors.New("it is no sandbox")
	}
	record, err := s.status(ctx, true)
	return record.GetInfo(), err
}
