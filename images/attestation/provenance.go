package attestation

import (
	"encoding/json"
	"regexp"
	"runtime"

	"github.com/podsandbox/pause/images"
)

// The types hold what this provenance says of https://in-toto.io/Statement/v1
// and https://slsa.dev/provenance/v1, under their names.

type statement struct {
	Type          string     `json:"_type"`
	Subject       []resource `json:"subject"`
	PredicateType string     `json:"predicateType"`
	Predicate     struct {
		BuildDefinition buildDefinition `json:"buildDefinition"`
		RunDetails      runDetails      `json:"runDetails"`
	} `json:"predicate"`
}

type resource struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

type buildDefinition struct {
	BuildType            string     `json:"buildType"`
	ExternalParameters   parameters `json:"externalParameters"`
	InternalParameters   toolchain  `json:"internalParameters"`
	ResolvedDependencies []resource `json:"resolvedDependencies"`
}

type parameters struct {
	Version         string   `json:"version"`
	Platforms       []string `json:"platforms"`
	SourceDateEpoch int64    `json:"sourceDateEpoch"`
}

type toolchain struct {
	GoVersion string `json:"goVersion"`
}

type runDetails struct {
	Builder struct {
		ID string `json:"id"`
	} `json:"builder"`
}

func describeBuild(build Build) (any, error) {
	index, byProgram, err := build.digests()
	if err != nil {
		return nil, err
	}
	source := resource{URI: sourceURI(build.Release)}
	if build.Release.HasCommit() {
		source.Digest = map[string]string{"gitCommit": build.Release.Revision}
	}
	provenance := statement{
		Type:          "https://in-toto.io/Statement/v1",
		Subject:       []resource{{Name: build.Release.ProductOrPause().Name, Digest: map[string]string{"sha256": index}}},
		PredicateType: "https://slsa.dev/provenance/v1",
	}
	provenance.Predicate.RunDetails.Builder.ID = builder
	definition := &provenance.Predicate.BuildDefinition
	*definition = buildDefinition{
		BuildType: images.Source + "/tree/main/images",
		ExternalParameters: parameters{
			Version:         build.Release.Version,
			SourceDateEpoch: build.Release.Created.Unix(),
		},
		InternalParameters:   toolchain{runtime.Version()},
		ResolvedDependencies: []resource{source},
	}
	for i, program := range build.Programs {
		provenance.Subject = append(provenance.Subject, resource{
			Name:   build.Release.ProductOrPause().Name + "-" + program.Platform.FileName(),
			Digest: map[string]string{"sha256": byProgram[i]},
		})
		definition.ExternalParameters.Platforms = append(definition.ExternalParameters.Platforms, program.Platform.String())
	}
	return provenance, nil
}

// GoVersion reads the released toolchain that a provenance names, such as
// go1.26.8. It is empty where there is none that could be had again.
func GoVersion(provenance []byte) string {
	var document statement
	if err := json.Unmarshal(provenance, &document); err != nil {
		return ""
	}
	return releaseForm.FindString(document.Predicate.BuildDefinition.InternalParameters.GoVersion)
}

var releaseForm = regexp.MustCompile(`^go[0-9]+(\.[0-9]+)*$`)
