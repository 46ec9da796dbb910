// Package images builds the pause image from scratch: one layer with one file,
// for every platform that pause is built for, the same bytes every time.
package images

import (
	"fmt"
	"regexp"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	// Source is where the image's source is published.
	Source = "https://github.com/podsandbox/pause"

	// License is the SPDX identifier of all that is published.
	License = "Apache-2.0"
)

// The keys are those of the OCI image specification's annotations.md.
const (
	TitleKey    = "org.opencontainers.image.title"
	VersionKey  = "org.opencontainers.image.version"
	RevisionKey = "org.opencontainers.image.revision"
	SourceKey   = "org.opencontainers.image.source"
	LicensesKey = "org.opencontainers.image.licenses"
	CreatedKey  = "org.opencontainers.image.created"
)

// Release is what the images of one build say of themselves.
type Release struct {
	// Product is Pause unless it is set.
	Product *Product

	// Version has the form of an image tag.
	Version string

	// Revision is the commit that the images are built from. It may be empty.
	Revision string

	// Created is the time in every timestamp, in seconds: that of
	// SOURCE_DATE_EPOCH, see https://reproducible-builds.org/specs/source-date-epoch.
	Created time.Time
}

// Labels are those of the image's config, where engines show them.
func (r Release) Labels() map[string]string {
	labels := map[string]string{
		TitleKey:    r.ProductOrPause().Name,
		VersionKey:  r.Version,
		SourceKey:   Source,
		LicensesKey: License,
	}
	if r.Revision != "" {
		labels[RevisionKey] = r.Revision
	}
	return labels
}

// Annotations are those of manifests and indexes, where registries show them.
// The time of creation is one of them, since only configs have a field for it.
func (r Release) Annotations() map[string]string {
	annotations := r.Labels()
	annotations[CreatedKey] = r.Created.UTC().Format(time.RFC3339)
	return annotations
}

// ProductOrPause returns the product of the release.
func (r Release) ProductOrPause() *Product {
	if r.Product == nil {
		return Pause
	}
	return r.Product
}

var commitForm = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// HasCommit tells whether Revision is a whole commit, which can be built again. It is
// not one where the sources have been changed since, or come without git.
func (r Release) HasCommit() bool { return commitForm.MatchString(r.Revision) }

func (r Release) timestamp() v1.Time {
	return v1.Time{Time: r.Created.UTC()}
}

// ReleaseOf reads back what Annotations has written.
func ReleaseOf(annotations map[string]string) (Release, error) {
	timestamp, err := time.Parse(time.RFC3339, annotations[CreatedKey])
	if err != nil {
		return Release{}, fmt.Errorf("annotation %s: %w; is it an image of this project?", CreatedKey, err)
	}
	release := Release{Version: annotations[VersionKey], Revision: annotations[RevisionKey], Created: timestamp}
	if product, err := ProductOf(annotations[TitleKey]); err == nil {
		release.Product = product
	}
	return release, nil
}
