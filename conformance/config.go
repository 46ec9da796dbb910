package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/image"
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

	// Static is what can be judged without an engine. Its verdict is partial at
	// best.
	Static Profile = "static"
)

// EngineName is a choice of the engine.
type EngineName string

const (
	// Docker is a Docker-compatible engine: Docker, or Podman's service.
	Docker EngineName = "docker"

	// Containerd is a containerd of the suite's own.
	Containerd EngineName = "containerd"

	// CRI is the runtime of a node, at CRIEndpoint.
	CRI EngineName = "cri"
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

	// Engine is what runs the sandboxes; Docker unless set.
	Engine EngineName `json:"engine,omitempty"`

	// CRIEndpoint is the socket of the engine CRI, unix:///path.
	CRIEndpoint string `json:"criEndpoint,omitempty"`

	// Runtime is one of the engine's OCI runtimes, or of a node's handlers, instead of
	// the default.
	Runtime string `json:"runtime,omitempty"`

	// Entrypoint and User replace the image's own.
	Entrypoint []string `json:"entrypoint,omitempty"`
	User       string   `json:"user,omitempty"`

	// Without are features that the image is declared to lack.
	Without []requirement.Feature `json:"without,omitempty"`

	// Only and Skip choose requirements by id, which makes the verdict partial.
	Only []string `json:"only,omitempty"`
	Skip []string `json:"skip,omitempty"`

	// Soak is how long one sandbox is used before it is looked at last, besides its first
	// use.
	Soak time.Duration `json:"soak,omitempty"`

	// Timeout is for each requirement; five minutes unless set.
	Timeout time.Duration `json:"timeout,omitempty"`

	// Patience is for each request to the engine; a minute unless set. An engine that
	// takes longer is lost, and the run ends.
	Patience time.Duration `json:"patience,omitempty"`

	// CompressedBudget and UncompressedBudget are sizes of the image in bytes,
	// the specification's unless set.
	CompressedBudget   int64 `json:"compressedBudget,omitempty"`
	UncompressedBudget int64 `json:"uncompressedBudget,omitempty"`

	// Size is how much of everything is done, check.FullSize unless set. Less
	// than that makes the verdict partial.
	Size check.Size `json:"size"`

	// Seed makes random choices the same again.
	Seed int64 `json:"seed"`

	// Command is what reports name for reproducing the run.
	Command string `json:"command,omitempty"`

	// Suite is the suite's version, for reports.
	Suite string `json:"suite,omitempty"`

	// Progress is told of each result, if set.
	Progress func(Progress) `json:"-"`

	// Verbose makes Ginkgo's own account of the specs go to standard error.
	Verbose bool `json:"verbose,omitempty"`
}

// Progress is one result of a run that goes on.
type Progress struct {
	Done, Total     int
	Image, Platform string
	Result          report.Result
}

// UsageError says that a Config cannot be meant.
type UsageError struct{ message string }

func (e *UsageError) Error() string { return e.message }

func misused(format string, arguments ...any) error {
	return &UsageError{fmt.Sprintf(format, arguments...)}
}

// complete sets what was left unset, and returns a *UsageError for what cannot be.
func (c *Config) complete() error {
	if c.Engine == CRI && c.CRIEndpoint == "" {
		return misused("engine %s: name the socket of the node's runtime with --cri-endpoint, such as unix:///run/containerd/containerd.sock", CRI)
	}
	if len(c.Images) == 0 && c.Engine != CRI {
		return misused("no image is named: pass a reference, oci:DIR, oci-archive:FILE or docker-archive:FILE")
	}
	for _, reference := range c.Images {
		if reference == "" {
			return misused("an image is named by an empty word: is a variable of the command line not set?")
		}
	}
	switch c.Profile {
	case "":
		c.Profile = Full
	case Full, Core, Static:
	default:
		return misused("profile %q: there are %s, %s and %s", c.Profile, Core, Full, Static)
	}
	if c.Engine == "" {
		c.Engine = Docker
	}
	for _, platform := range c.Platforms {
		if _, err := image.ParsePlatform(platform); err != nil {
			return misused("%v", err)
		}
	}
	for _, id := range append(append([]string{}, c.Only...), c.Skip...) {
		if _, found := requirement.Find(id); !found {
			return misused("requirement %q: there is none of this id; see pause-conformance list", id)
		}
	}
	known := map[requirement.Feature]bool{}
	for _, feature := range requirement.Features() {
		known[feature] = true
	}
	for _, feature := range c.Without {
		if !known[feature] {
			return misused("feature %q: there are %s", feature, join(requirement.Features()))
		}
	}
	if c.Timeout < 0 {
		return misused("timeout %s: is negative", c.Timeout)
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Minute
	}
	if c.Patience <= 0 {
		c.Patience = time.Minute
	}
	if c.Size == (check.Size{}) {
		c.Size = check.FullSize
	}
	return nil
}

func join(features []requirement.Feature) string {
	var names []string
	for _, feature := range features {
		names = append(names, string(feature))
	}
	return strings.Join(names, ", ")
}

// leftOut tells why a requirement is not to be judged, and what that makes of it.
func (c *Config) leftOut(rule requirement.Requirement) (status report.Status, reason string) {
	named := func(ids []string) bool {
		for _, id := range ids {
			if id == rule.ID {
				return true
			}
		}
		return false
	}
	for _, feature := range c.Without {
		if feature == rule.Feature {
			return report.NotSupported, "declared to lack " + string(feature)
		}
	}
	switch {
	case len(c.Only) > 0 && !named(c.Only), named(c.Skip):
		return report.Filtered, "left out by choice"
	case c.Profile == Core && rule.Level != requirement.Must, c.Profile == Static && !rule.Static:
		return report.NotTestable, "not in the profile " + string(c.Profile)
	}
	return "", ""
}
