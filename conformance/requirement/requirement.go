// Package requirement is the catalogue of the requirements on a sandbox image: the one
// source of the specification document, of the command's lists, and of the labels of
// the specs.
package requirement

import "strings"

//go:generate go test -run TestDocumentIsTheCatalogues . -update

// SpecVersion is the version of the specification that the catalogue makes up.
// It grows with every change of a sentence or a level.
const SpecVersion = "1.1"

// FirstVersion is what the document compares this version with.
const FirstVersion = "1.0"

// Level is the weight of a requirement, in the words of RFC 2119.
type Level string

const (
	// Must: a Kubernetes node breaks without it.
	Must Level = "MUST"

	// Should: upstream's image does it, or hardening and scanners ask for it.
	Should Level = "SHOULD"
)

// Feature is what an image may lack by declaration. Its requirements are then
// reported as not supported, and never as passed.
type Feature string

// A Requirement is one sentence of the specification. Its ID is never reused.
type Requirement struct {
	ID      string  `json:"id"`
	Level   Level   `json:"level"`
	Feature Feature `json:"feature"`

	// Sentence is the rule; Reason says why it is one, and Source where that
	// can be read in public, with "; " between one place and the next.
	Sentence string `json:"sentence"`
	Reason   string `json:"reason"`
	Source   string `json:"source"`

	// Remedy says what to change in an image that fails.
	Remedy string `json:"remedy,omitempty"`

	// Follows names the requirements whose failure can be the cause of a failure of
	// this one, with "; " between them. PID-STAYS, which everything that needs a
	// running sandbox follows from, is not repeated here. See Causes.
	Follows string `json:"follows,omitempty"`

	// Judged says how the suite judges it.
	Judged string `json:"judged"`

	// Since is the first SpecVersion that held the requirement.
	Since string `json:"since"`

	// Changed says since which SpecVersion which part of the requirement is another,
	// such as "1.1: a health check fails.", and is empty when nothing has changed.
	Changed string `json:"changed,omitempty"`

	// Static requirements are judged from the image alone, without an engine.
	Static bool `json:"static"`
}

// A Group is a chapter of the specification.
type Group struct {
	Title        string        `json:"title"`
	Introduction string        `json:"introduction"`
	Requirements []Requirement `json:"requirements"`
}

// Gate is the requirement without which none can be judged that needs a running
// sandbox.
const Gate = "PID-STAYS"

// Causes are the ids of the requirements whose failure can be the cause of a failure
// of this one.
func (r Requirement) Causes() []string {
	var causes []string
	if r.Follows != "" {
		causes = strings.Split(r.Follows, "; ")
	}
	if !r.Static && r.ID != Gate {
		causes = append(causes, Gate)
	}
	return causes
}

// Groups are the chapters in the document's order.
func Groups() []Group { return []Group{images, processes, signals, reaping, namespaces, pods, life} }

// All returns every requirement in the document's order.
func All() []Requirement {
	var all []Requirement
	for _, group := range Groups() {
		all = append(all, group.Requirements...)
	}
	return all
}

// Find returns the requirement with the ID, and whether there is one.
func Find(id string) (Requirement, bool) {
	for _, requirement := range All() {
		if requirement.ID == id {
			return requirement, true
		}
	}
	return Requirement{}, false
}

// Features returns every feature once, in the document's order.
func Features() []Feature {
	var features []Feature
	seen := map[Feature]bool{}
	for _, requirement := range All() {
		if !seen[requirement.Feature] {
			seen[requirement.Feature] = true
			features = append(features, requirement.Feature)
		}
	}
	return features
}
