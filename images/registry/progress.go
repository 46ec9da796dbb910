package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// upload pushes the image under its digest, and shows how far it has come.
func (c *Client) upload(ctx context.Context, digest name.Digest, image remote.Taggable) error {
	options := c.options(ctx)
	if c.Progress == nil {
		return remote.Push(digest, image, options...)
	}
	updates, shown := make(chan v1.Update), make(chan struct{})
	go func() {
		defer close(shown)
		c.show(digest, updates)
	}()
	err := remote.Push(digest, image, append(options, remote.WithProgress(updates))...)
	<-shown
	return err
}

// show overwrites one line until the updates end, and then clears it.
func (c *Client) show(digest name.Digest, updates <-chan v1.Update) {
	for update := range updates {
		if update.Error == nil {
			fmt.Fprintf(c.Progress, "\r\x1b[Kpush %s: %d of %d bytes", digest.Context(), update.Complete, update.Total)
		}
	}
	fmt.Fprint(c.Progress, "\r\x1b[K")
}
