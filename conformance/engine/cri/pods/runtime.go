// Package pods runs the pods of a run by the CRI, as a kubelet does: a cgroup parent
// for each, the runtime's default seccomp profile, restricted settings.
package pods

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
	"github.com/podsandbox/pause/conformance/engine/cri/endpoint"
)

// Options say how pods are run.
type Options struct {
	Client   *endpoint.Client
	Requests *engine.Requests
	Run      engine.RunID

	// Name is the runtime's, for messages.
	Name string

	// Handler is the runtime handler, as of a RuntimeClass; empty for the default.
	Handler string

	// Directory is on this machine, where the runtime sees it as well. Pods have their
	// logs and sockets below it.
	Directory string

	// Cgroup is the parent of the pods' cgroups, or nil where these are systemd's.
	Cgroup *cgroup.Group

	// Probe is the suite's own image, as the runtime knows it.
	Probe string
}

// Runtime runs pods.
type Runtime struct {
	Options
	pods       atomic.Int64
	restarting sync.RWMutex
	kubeletPod *kubeletPod // nil where the run has pods of its own
}

// New returns a Runtime with the options. All its pods together are limited where their
// cgroups are not systemd's.
func New(options Options) *Runtime {
	if options.Cgroup != nil {
		options.Cgroup.LimitRun()
	}
	return &Runtime{Options: options}
}

// Exclusively does something that must find no request under way.
func (r *Runtime) Exclusively(do func() error) error {
	r.restarting.Lock()
	defer r.restarting.Unlock()
	return do()
}

// Transfer is how many times as long as another request one may take that moves a
// whole image.
const Transfer = 10

// Call makes one request, which may take the limit times as long.
func Call[Request, Response any](ctx context.Context, r *Runtime, times time.Duration,
	method func(context.Context, *Request, ...grpc.CallOption) (*Response, error), request *Request,
) (*Response, error) {
	r.restarting.RLock()
	defer r.restarting.RUnlock()
	ctx, done := r.Requests.Begin(ctx, times)
	defer done()
	response, err := method(ctx, request)
	if err == nil {
		return response, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, engine.LostOr(ctx, fmt.Errorf("%w: %s", cause, endpoint.Message(err)))
	}
	if status.Code(err) == codes.Unavailable {
		return nil, r.Requests.Lose(fmt.Errorf("%s at %s is gone: %s; restart it, and run again", r.Name, r.Client.Address, endpoint.Message(err)))
	}
	return nil, &refusal{err}
}

func call[Request, Response any](ctx context.Context, r *Runtime,
	method func(context.Context, *Request, ...grpc.CallOption) (*Response, error), request *Request,
) (*Response, error) {
	return Call(ctx, r, 1, method, request)
}

// refusal is an error that the runtime answers with.
type refusal struct{ err error }

func (r *refusal) Error() string { return endpoint.Message(r.err) }
func (r *refusal) Unwrap() error { return r.err }

// isNotFound tells whether the error says that the runtime does not know the pod or the
// container any more.
func isNotFound(err error) bool { return status.Code(errors.Unwrap(err)) == codes.NotFound }

// startError is the image's fault, unless the runtime could not even make the pod's
// network, has no such image or handler, is lost, or the run is over.
func startError(err error) error {
	reply := new(refusal)
	if !errors.As(err, &reply) {
		return err
	}
	for sign, advice := range map[string]string{
		"failed to get sandbox image": "import the image that the runtime is configured for under that name, or configure it for another",
		"no runtime for":              "name one of the runtime's handlers with --runtime",
		"find runtime handler":        "name one of the runtime's handlers with --runtime",
	} {
		if strings.Contains(reply.Error(), sign) {
			return fmt.Errorf("%w; %s", err, advice)
		}
	}
	for _, sign := range []string{"network for sandbox", "network namespace", "CNI", "cni plugin"} {
		if strings.Contains(reply.Error(), sign) {
			return err
		}
	}
	return &engine.StartError{Err: err}
}
