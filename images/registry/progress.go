package registry

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// clearLine overwrites the line of progress.
const clearLine = "\r\x1b[K"

// Show overwrites the line of progress.
func (c *Client) Show(format string, args ...any) {
	if c.Progress != nil {
		fmt.Fprintf(c.Progress, clearLine+format, args...)
	}
}

// uploading calls write with an upload to the repository, and shows how far it is.
func (c *Client) uploading(ctx context.Context, repository name.Repository, write func(upload) error) error {
	options := c.options(ctx)
	if c.Progress != nil {
		updates, done := make(chan v1.Update), make(chan struct{})
		go func() {
			defer close(done)
			for update := range updates {
				c.Show("push %s: %d of %d bytes", repository, update.Complete, update.Total)
			}
			c.Show("")
		}()
		defer func() { close(updates); <-done }()
		options = append(options, remote.WithProgress(updates))
	}
	pusher, err := remote.NewPusher(options...)
	if err != nil {
		return err
	}
	return write(upload{c, pusher, repository, &sync.Map{}})
}
