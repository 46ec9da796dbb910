// Package engine says what the suite wants of whatever runs pods. The drivers are
// the packages beside it: docker, oci, cri and containerd. Checks know this package alone.
package engine

import (
	"context"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/report"
)

// Engine runs pods for one run of the suite. Its methods may be called side by side.
//
// Every operation of this package's interfaces may return, wrapped or not:
//   - *UnsupportedError: this engine cannot do that. What needs it is not testable
//     here; it is no fault of the image.
//   - *LostError: the engine itself is gone, or no longer answers. The run ends.
//   - *StartError: the engine accepted the sandbox and could not run its program, or
//     refused the image's configuration. It is the image's fault, unless the engine
//     refuses the suite's own program as well.
type Engine interface {
	// Info describes the engine in reports.
	Info() report.Engine

	// Alive is done when the engine is lost; its cause is a *LostError.
	Alive() context.Context

	// Save returns the engine's own image of the reference as an archive, in docker
	// save's format. The error is ErrNoImage where the engine holds none, as for every
	// reference on an engine that keeps no images. The caller closes the archive.
	Save(ctx context.Context, reference string) (archive io.ReadCloser, err error)

	// Configured names the image that the engine starts every sandbox of, as the
	// configuration of a node's runtime says.
	Configured(ctx context.Context) (reference string, err error)

	// Load makes an image ready to start sandboxes of.
	Load(ctx context.Context, source Source) (Image, error)

	// Probe is the suite's own image. As a sandbox it waits until a signal ends it. Where
	// the engine refuses it as well, the image that is judged is not the cause.
	Probe() Image

	// RestartRuntime restarts the runtime beneath running pods, as an upgrade of a node does.
	RestartRuntime(ctx context.Context) error

	// Close removes everything that the run made.
	Close(ctx context.Context) error
}

// Source is an image on its way into an engine.
type Source struct {
	// Reference is the name that the user gave.
	Reference string

	// Image is the content, for one platform.
	Image v1.Image

	// Held tells that the engine itself has the image under Reference.
	Held bool
}

// Image is an image that an engine starts sandboxes of.
type Image interface {
	// Start starts a sandbox. After an error there is none.
	Start(ctx context.Context, pod Pod) (Sandbox, error)

	// Pinned tells whether the runtime keeps the image from garbage collection.
	Pinned(ctx context.Context) (bool, error)
}
