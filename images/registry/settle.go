package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// minSettling is the least time that a tag is left alone before it is read again.
// Registries have no way to set a tag only where it is not there
// (distribution-spec#251), so another push may have looked before this one set the
// tag, and set it afterwards.
var minSettling = 500 * time.Millisecond

// setTags sets the tags, and reads them again once a push that began at the same
// time has had its turn.
func (p Push) setTags(ctx context.Context, digest v1.Hash, outcomes []Outcome) error {
	object, err := open(p.Image)
	if err != nil {
		return err
	}
	mediaType, err := object.MediaType()
	if err != nil {
		return err
	}
	begin := time.Now()
	for i, outcome := range outcomes {
		if outcome != Tagged {
			continue
		}
		tag := p.Repository.Tag(p.Tags[i].Name)
		if _, err := p.Client.putManifest(ctx, tag, mediaType, p.manifest); err != nil {
			return fmt.Errorf("%w (%d of %d tags had been handled)", explain("tag "+tag.Name(), p.Repository, err), i, len(p.Tags))
		}
	}
	return p.confirm(ctx, digest, outcomes, max(minSettling, 10*time.Since(begin)))
}

// confirm looks whether the tags that were set are still the image's.
func (p Push) confirm(ctx context.Context, digest v1.Hash, outcomes []Outcome, delay time.Duration) error {
	if !slices.Contains(outcomes, Tagged) {
		return nil
	}
	select {
	case <-ctx.Done():
		return explain("read the tags again", p.Repository, ctx.Err())
	case <-time.After(min(delay, 10*minSettling)):
	}
	var conflicts []string
	for i, outcome := range outcomes {
		if outcome != Tagged {
			continue
		}
		current, err := p.lookUp(ctx, p.Repository.Tag(p.Tags[i].Name))
		if err != nil {
			return err
		}
		if current == nil || current.Digest == digest {
			continue
		}
		if p.Tags[i].Floating && p.outcome(p.Tags[i], current, digest) == Newer {
			outcomes[i] = Newer
			continue
		}
		conflicts = append(conflicts, fmt.Sprintf("%s is %s", p.Tags[i].Name, current.Digest))
	}
	if len(conflicts) == 0 {
		return nil
	}
	return &failure{"tag " + p.Repository.Name(), fmt.Sprintf("another push took the tag at the same time: %s, not %s", strings.Join(conflicts, " and "), digest),
		"see which of the two is right, and push that again with --force", []error{ErrConflict}}
}
