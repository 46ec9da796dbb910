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

// Outcome is what became of a tag.
type Outcome string

const (
	Tagged    Outcome = "tagged"
	Unchanged Outcome = "unchanged"
	Newer     Outcome = "stays at a later release"
)

// decide finds what is to become of the tag, and changes nothing.
func (p Push) decide(ctx context.Context, tag Tag, digest v1.Hash) (Outcome, error) {
	reference := p.Repository.Tag(tag.Name)
	current, err := remote.Get(reference, p.Client.options(ctx)...)
	if answer := new(transport.Error); errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return Tagged, nil
	}
	if err != nil {
		return "", explain("look up "+reference.Name(), p.Repository, err)
	}
	if current.Digest == digest {
		return Unchanged, nil
	}
	if p.Force {
		return Tagged, nil
	}
	theirs, ours := releaseOf(current.Manifest), releaseOf(p.manifest)
	if !tag.Floating || theirs == nil || ours == nil {
		return "", conflict(reference, current.Digest, digest)
	}
	if slices.Compare(theirs, ours) > 0 {
		return Newer, nil
	}
	return Tagged, nil
}

func conflict(tag name.Tag, theirs, ours v1.Hash) error {
	return &failure{
		"tag " + tag.Name(), fmt.Sprintf("it is %s already, not %s", theirs, ours),
		"give another version or tag, or replace it for all who use it: make FORCE=1, pause-image --force", []error{ErrConflict},
	}
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
