package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Push is one image or index on its way to a repository.
type Push struct {
	Client     *Client
	Repository name.Repository

	// Image is pushed with all that it is made of, bit for bit.
	Image remote.Taggable

	// Referrers have Image as their subject.
	Referrers []v1.Image

	Tags []Tag

	// Force moves tags that exist with another digest.
	Force bool

	manifest []byte
}

// Result is what has been pushed.
type Result struct {
	Digest name.Digest

	// Outcomes are those of Push.Tags, in their order.
	Outcomes []Outcome
}

// Run pushes. It makes sure that every tag may be set, uploads by digest, makes
// sure of the tags again, and then sets them. Errors are ErrConflict, ErrDenied,
// ErrUnreachable or others, and say which tags have been set.
func (p Push) Run(ctx context.Context) (Result, error) {
	var err error
	if p.manifest, err = p.Image.RawManifest(); err != nil {
		return Result{}, explain("read the image", p.Repository, err)
	}
	digest, err := partial.Digest(p.Image)
	if err != nil {
		return Result{}, err
	}
	result := Result{Digest: p.Repository.Digest(digest.String())}
	if _, err := p.decide(ctx, digest); err != nil {
		return Result{}, err
	}
	err = p.upload(ctx, result.Digest)
	if err == nil {
		result.Outcomes, err = p.decideAgain(ctx, digest)
	}
	if err != nil {
		return Result{}, fmt.Errorf("%w (no tag has been set)", err)
	}
	for i, outcome := range result.Outcomes {
		if outcome != Tagged {
			continue
		}
		tag := p.Repository.Tag(p.Tags[i].Name)
		if err := remote.Tag(tag, p.Image, p.Client.options(ctx)...); err != nil {
			return Result{}, fmt.Errorf("%w (%d of %d tags had been handled)",
				explain("tag "+tag.Name(), p.Repository, err), i, len(p.Tags))
		}
	}
	return result, nil
}

func (p Push) upload(ctx context.Context, digest name.Digest) error {
	action := "push to " + p.Repository.Name()
	if err := p.Client.upload(ctx, digest, p.Image); err != nil {
		return explain(action, p.Repository, err)
	}
	for _, referrer := range p.Referrers {
		hash, err := referrer.Digest()
		if err != nil {
			return err
		}
		reference := p.Repository.Digest(hash.String())
		if err := remote.Push(reference, referrer, p.Client.options(ctx)...); err != nil {
			return explain(action, p.Repository, err)
		}
		// An upload skips manifests that are there. One whose push was cut short
		// may still be missing in the list of referrers.
		if err := remote.Put(reference, referrer, p.Client.options(ctx)...); err != nil {
			return explain(action, p.Repository, err)
		}
	}
	return nil
}
