package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/podsandbox/pause/images"
)

// Tag is a name to publish an image under.
type Tag struct {
	Name string

	// Floating tags move by themselves from a release to a later one, and stay
	// where they are when it is an earlier one.
	Floating bool
}

var releaseForm = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$`)

// TagsFor returns the tags of a version: itself, and for a release, which has
// three numbers, major.minor and latest, which float.
func TagsFor(version string) []Tag {
	tags := []Tag{{Name: version}}
	if parts := releaseForm.FindStringSubmatch(version); parts != nil {
		tags = append(tags, Tag{parts[1] + "." + parts[2], true}, Tag{"latest", true})
	}
	return tags
}

var tagForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)

// CheckTag returns an error unless the text is a tag by the grammar of the distribution
// specification. The library accepts more.
func CheckTag(tag string) error {
	if !tagForm.MatchString(tag) {
		return fmt.Errorf("%q: want letters, digits, '.', '_' and '-', at most 128, and no '.' or '-' first", tag)
	}
	return nil
}

// Outcome is what became of a tag.
type Outcome string

// The outcomes that are no error.
const (
	Tagged    Outcome = "tagged"
	Unchanged Outcome = "unchanged"
	Newer     Outcome = "stays at a later release"
)

// decide returns the outcome of each tag, and changes nothing.
func (p Push) decide(ctx context.Context, digest v1.Hash) ([]Outcome, error) {
	outcomes := make([]Outcome, len(p.Tags))
	var conflicts []string
	for i, tag := range p.Tags {
		current, err := p.lookUp(ctx, p.Repository.Tag(tag.Name))
		if err != nil {
			return nil, err
		}
		if outcomes[i] = p.outcome(tag, current, digest); outcomes[i] == "" {
			conflicts = append(conflicts, fmt.Sprintf("%s is %s", tag.Name, current.Digest))
		}
	}
	if len(conflicts) > 0 {
		return nil, &failure{
			"tag " + p.Repository.Name(), fmt.Sprintf("%s already, not %s", strings.Join(conflicts, " and "), digest),
			"give another version or tag, or replace it for all who use it: make FORCE=1, pause-image --force", []error{ErrConflict},
		}
	}
	return outcomes, nil
}

// decideAgain decides after the upload, during which another push may have set a
// tag. A denied look-up would hide that tag from a user who may not read at all.
func (p Push) decideAgain(ctx context.Context, digest v1.Hash) ([]Outcome, error) {
	_, err := p.Client.Get(ctx, p.Repository.Digest(digest.String()))
	if errors.Is(err, ErrDenied) && !p.Force {
		return nil, err
	}
	return p.decide(ctx, digest)
}

// lookUp returns what the tag is, or nil when the registry shows none:
// Quay denies access to a repository that is not there (giantswarm/retagger#353),
// and Artifactory to such a tag (google/go-containerregistry#1691). Whether the
// user is wrong is for the upload to find out.
func (p Push) lookUp(ctx context.Context, tag name.Tag) (*remote.Descriptor, error) {
	current, err := remote.Get(tag, remote.Reuse(p.Client.puller), remote.WithContext(ctx))
	if answer := new(transport.Error); errors.As(err, &answer) {
		switch answer.StatusCode {
		case http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden:
			return nil, nil
		}
	}
	return current, explain("look up "+tag.Name(), p.Repository, err)
}

// outcome is empty for a tag that must not be moved.
func (p Push) outcome(tag Tag, current *remote.Descriptor, digest v1.Hash) Outcome {
	switch {
	case current == nil:
		return Tagged
	case current.Digest == digest:
		return Unchanged
	case p.Force:
		return Tagged
	}
	theirs, ours := releaseOf(current.Manifest), releaseOf(p.manifest)
	switch {
	case !tag.Floating || theirs == nil || ours == nil:
		return ""
	case slices.Compare(theirs, ours) > 0:
		return Newer
	}
	return Tagged
}

// releaseOf reads the numbers of the release that a manifest is annotated with,
// or nil when it is none.
func releaseOf(manifest []byte) []int {
	index, err := v1.ParseIndexManifest(bytes.NewReader(manifest))
	if err != nil {
		return nil
	}
	parts := releaseForm.FindStringSubmatch(index.Annotations[images.VersionKey])
	if parts == nil {
		return nil
	}
	var numbers []int
	for _, part := range parts[1:] {
		number, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		numbers = append(numbers, number)
	}
	return numbers
}
