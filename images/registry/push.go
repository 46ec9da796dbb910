package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Push is one image or index on its way to a repository.
type Push struct {
	Client     *Client
	Repository name.Repository

	// Image is pushed with all that it is made of, bit for bit.
	Image remote.Taggable

	// Attachments belong to Image or its parts. Missing says why others are not
	// among them.
	Attachments []Attachment
	Missing     []string

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

	// Missing has the reason for each attachment that is not in the registry, or not in
	// a list there.
	Missing []string
}

// Run pushes. It makes sure that every tag may be set, uploads by digest, makes
// sure of the tags again, sets them, and looks whether they stay. Errors are
// ErrConflict, ErrDenied, ErrUnreachable or others, and say which tags have been set.
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
	err = p.Client.uploading(ctx, p.Repository, func(upload upload) error {
		if _, err := upload.write(ctx, p.Image, 0); err != nil {
			return err
		}
		missing, err := p.attach(ctx, upload)
		result.Missing = append(p.Missing, missing...)
		return err
	})
	err = explain("push to "+p.Repository.Name(), p.Repository, err)
	if err == nil {
		result.Outcomes, err = p.decideAgain(ctx, digest)
	}
	if err != nil {
		return Result{}, fmt.Errorf("%w (no tag has been set)", err)
	}
	return result, p.setTags(ctx, digest, result.Outcomes)
}
