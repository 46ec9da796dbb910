package conformance

import (
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// Profile is a choice of requirements.
type Profile string

const (
	// Full is every requirement.
	Full Profile = "full"

	// Core is every MUST.
	Core Profile = "core"

	// Static is every requirement that needs no engine. Its verdict is partial at
	// best.
	Static Profile = "static"
)

// Config says which images are judged, and how. Images is all that has to be set, and
// with the engine CRI not even that: the image is then the one that the node's runtime
// is configured for.
type Config struct {
	// Images are references of an engine or a registry, or oci:DIR,
	// oci-archive:FILE and docker-archive:FILE.
	Images []string `json:"images"`

	// Platforms are os/architecture[/variant]. Where none is named, they are
	// linux/amd64 and linux/arm64 as far as image and engine have them.
	Platforms []string `json:"platforms,omitempty"`

	Profile Profile `json:"profile"`

	// Engine runs the sandboxes; Docker unless set.
	Engine EngineName `json:"engine,omitempty"`

	// Runtime is the OCI runtime in place of the engine's default: a name that the
	// engine knows, a path for the engine OCI, or a handler of a node.
	Runtime string `json:"runtime,omitempty"`

	// DockerHost is the address of the engine Docker, in place of DOCKER_HOST and of the
	// docker context.
	DockerHost string `json:"-"`

	// Endpoint is the socket of the engine CRI, such as
	// unix:///run/containerd/containerd.sock.
	Endpoint string `json:"criEndpoint,omitempty"`

	// Pod is the UID of the kubelet's pod that the suite runs in, for the engine CRI
	// beside a kubelet: it ends all pods but its own.
	Pod string `json:"criPod,omitempty"`

	// Kernel and Program are files for the engine Machine: the image of a kernel, and this
	// program for the machine's platform. The one is fetched from Debian unless set, the
	// other is looked for beside this program. Runtime is the file of a static runtime then.
	Kernel  string `json:"kernel,omitempty"`
	Program string `json:"program,omitempty"`

	// CA is a PEM file of certificate authorities to trust beside the system's when an
	// image is read from a registry.
	CA string `json:"ca,omitempty"`

	// NoHostNetwork leaves out the requirements for which the image runs in the host's
	// network namespace, which makes the verdict partial.
	NoHostNetwork bool `json:"noHostNetwork,omitempty"`

	// Entrypoint and User replace the image's own.
	Entrypoint []string `json:"entrypoint,omitempty"`
	User       string   `json:"user,omitempty"`

	// Without are features that the image is declared to lack.
	Without []requirement.Feature `json:"without,omitempty"`

	// Only and Skip choose requirements, which makes the verdict partial. Each entry is
	// an id, a chapter or a pattern, as requirement.Choose reads it.
	Only []string `json:"only,omitempty"`
	Skip []string `json:"skip,omitempty"`

	// Soak is how long one sandbox is used before it is looked at last, besides its first
	// use.
	Soak time.Duration `json:"soak,omitempty"`

	// Timeout is for each requirement, besides Soak; five minutes unless set.
	Timeout time.Duration `json:"timeout,omitempty"`

	// RequestTimeout is for each request to the engine; a minute unless set. An engine that
	// takes longer is lost, and the run ends.
	RequestTimeout time.Duration `json:"requestTimeout,omitempty"`

	// CompressedBudget and UncompressedBudget are sizes of the image in bytes,
	// the specification's unless set.
	CompressedBudget   int64 `json:"compressedBudget,omitempty"`
	UncompressedBudget int64 `json:"uncompressedBudget,omitempty"`

	// Size is how much of everything is done, check.FullSize unless set. Less
	// than that makes the verdict partial.
	Size check.Size `json:"size"`

	// Seed makes random choices the same again. It is at most report.MaxSeed.
	Seed int64 `json:"seed"`

	// FailOn and AllowPartial are those of report.Report: they change its exit code and
	// its JUnit form, and no verdict.
	FailOn       requirement.Level `json:"failOn,omitempty"`
	AllowPartial bool              `json:"allowPartial,omitempty"`

	// Command is what reports name for reproducing the run.
	Command string `json:"command,omitempty"`

	// Suite is the suite's version, for reports.
	Suite string `json:"suite,omitempty"`

	// Progress is called in this process with the result of each requirement that the
	// Config does not leave out, one call at a time.
	Progress func(Progress) `json:"-"`

	// Verbose writes Ginkgo's own account of the specs to standard error.
	Verbose bool `json:"verbose,omitempty"`
}

// Progress is one result of a run, while it goes on.
type Progress struct {
	Done, Total     int
	Image, Platform string
	Result          report.Result
}
