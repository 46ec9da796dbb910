// Package report holds what a run of the suite found, its verdict, and the
// forms that it is given to people and to programs in.
package report

import (
	"time"

	"github.com/podsandbox/pause/conformance/requirement"
)

// Schema is the version of the JSON form. A field may be added to a version,
// and is never taken away or given another meaning.
const Schema = 1

// Report is what one run found.
type Report struct {
	Schema        int    `json:"schema"`
	Specification string `json:"specification"`
	Suite         string `json:"suite"` // version of the suite
	Profile       string `json:"profile"`

	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"durationNanoseconds"`

	// Command reproduces the run; Seed makes its random choices the same.
	Command string `json:"command"`
	Seed    int64  `json:"seed"`

	Engine   Engine    `json:"engine"`
	Subjects []Subject `json:"subjects"`

	// LeftOut are platforms that nobody asked for and that the host cannot run, with
	// the reason.
	LeftOut []string `json:"leftOut,omitempty"`
}

// Engine is where the sandboxes ran. It is empty for the static profile.
type Engine struct {
	Name          string `json:"name,omitempty"`
	Version       string `json:"version,omitempty"`
	Runtime       string `json:"runtime,omitempty"`
	Kernel        string `json:"kernel,omitempty"`
	CgroupVersion string `json:"cgroupVersion,omitempty"`
	Platform      string `json:"platform,omitempty"`
}

// Subject is one platform of one image.
type Subject struct {
	Image    string `json:"image"`
	Digest   string `json:"digest,omitempty"` // of the platform's manifest, or of its configuration where an engine keeps none
	Platform string `json:"platform"`
	Emulated bool   `json:"emulated"`

	// Setting says how far the sandboxes ran in a milder setting than a pod's, because the
	// image does not bear that one.
	Setting string `json:"setting,omitempty"`

	Verdict Verdict `json:"verdict"`
	// Reason says why the verdict is not conformant.
	Reason string `json:"reason,omitempty"`

	Results []Result `json:"results"`
}

// Result is what was found about one requirement.
type Result struct {
	Requirement requirement.Requirement `json:"requirement"`
	Status      Status                  `json:"status"`
	Duration    time.Duration           `json:"durationNanoseconds"`

	// Expected and Seen tell a failure; Seen alone gives the reason of any other
	// status that is not a pass.
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`

	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is an observation that was kept: a container's state, its log, an
// excerpt of /proc.
type Evidence struct {
	Name string `json:"name"`
	Text string `json:"text"`
}
