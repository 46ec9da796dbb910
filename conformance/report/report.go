// Package report holds the results of a run of the suite, their verdict, and the
// forms in which people and programs read them.
package report

import (
	"time"

	"github.com/podsandbox/pause/conformance/requirement"
)

// Schema is the version of the JSON form. A field may be added to a version,
// and is never taken away or given another meaning.
const Schema = 1

// MaxSeed is the greatest seed. JavaScript and jq read greater numbers as others
// (Number.MAX_SAFE_INTEGER).
const MaxSeed = 1<<53 - 1

// Report is the outcome of one run.
type Report struct {
	Schema        int    `json:"schema"`
	Specification string `json:"specification"`
	Suite         string `json:"suite"` // version of the suite
	Profile       string `json:"profile"`

	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"durationNanoseconds"`

	// Command reproduces the run; Seed makes its random choices the same. It is at
	// most MaxSeed.
	Command string `json:"command"`
	Seed    int64  `json:"seed"`

	// FailOn is the lowest level whose failure fails the run; MUST where it is empty.
	// AllowPartial makes a partial verdict a success. Neither changes a verdict.
	FailOn       requirement.Level `json:"failOn,omitempty"`
	AllowPartial bool              `json:"allowPartial,omitempty"`

	// Interrupted says that a signal ended the run: what it had not judged by then has
	// no result.
	Interrupted bool `json:"interrupted,omitempty"`

	Engine   Engine    `json:"engine"`
	Subjects []Subject `json:"subjects"`

	// LeftOut are platforms that the user did not ask for and that do not run natively
	// on the host, with the reason.
	LeftOut []string `json:"leftOut,omitempty"`
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

// Result is the outcome of one requirement.
type Result struct {
	Requirement requirement.Requirement `json:"requirement"`
	Status      Status                  `json:"status"`
	Duration    time.Duration           `json:"durationNanoseconds"`

	// Expected and Seen describe a failure; Seen alone gives the reason of any other
	// status that is not a pass.
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`

	// Follows are the ids of other failures on the same subject that are a probable
	// cause of this one: they come first.
	Follows []string `json:"follows,omitempty"`

	Evidence []Evidence `json:"evidence,omitempty"`

	// Sandboxes and Probes are how many sandboxes of the image were started, and how often
	// the suite's program has joined one.
	Sandboxes int `json:"sandboxes,omitempty"`
	Probes    int `json:"probes,omitempty"`
}

// Evidence is an observation: a container's state, its log, an excerpt of /proc.
type Evidence struct {
	Name string `json:"name"`
	Text string `json:"text"`
}
