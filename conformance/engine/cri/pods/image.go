package pods

import (
	"context"
	"fmt"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Pinned tells whether the runtime keeps the image from garbage collection.
func (r *Runtime) Pinned(ctx context.Context, reference string) (bool, error) {
	answer, err := call(ctx, r, r.Client.ImageStatus, &cri.ImageStatusRequest{Image: imageSpec(reference)})
	if err != nil {
		return false, fmt.Errorf("ask for image %s: %w", reference, err)
	}
	return answer.GetImage().GetPinned(), nil
}
