package endpoint

import (
	"context"
	"fmt"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Ready returns an error that says why the runtime starts no pods, as when a node has
// no CNI plugin, and else what the runtime tells of itself.
func (c *Client) Ready(ctx context.Context) (info map[string]string, err error) {
	answer, err := c.RuntimeServiceClient.Status(ctx, &cri.StatusRequest{Verbose: true})
	if err != nil {
		return nil, fmt.Errorf("ask the runtime at %s for its status: %s", c.Address, Message(err))
	}
	for _, condition := range answer.GetStatus().GetConditions() {
		if condition.Status {
			continue
		}
		reason := strings.Join(strings.Fields(condition.Reason+": "+condition.Message), " ")
		switch condition.Type {
		case cri.NetworkReady:
			return nil, fmt.Errorf("the runtime at %s has no network for pods (%s): install a CNI plugin and its configuration", c.Address, reason)
		case cri.RuntimeReady:
			return nil, fmt.Errorf("the runtime at %s is not ready (%s): see its log", c.Address, reason)
		}
	}
	return answer.Info, nil
}
