package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/moby/client"
)

const (
	// ownerLabel is on every container of a run.
	ownerLabel = "dev.podsandbox.conformance.owner"

	// repository holds the images of runs. The top-level domain invalid is
	// nobody's (RFC 2606), so that nothing is ever pulled from it.
	repository = "pause-conformance.invalid/"
)

// Sweep removes what runs that were killed have left behind, and nothing that
// belongs to a live run or to others.
func (e *Engine) Sweep(ctx context.Context) error { return e.remove(ctx, abandoned) }

// Close removes whatever is left of this run.
func (e *Engine) Close(ctx context.Context) error {
	err := e.remove(ctx, func(owner string) bool { return owner == e.owner })
	return errors.Join(err, e.provider.Close())
}

func (e *Engine) remove(ctx context.Context, doomed func(owner string) bool) error {
	containers, err := e.client.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", ownerLabel),
	})
	if err != nil {
		return fmt.Errorf("list the containers of runs: %w", err)
	}
	var errs []error
	for _, container := range containers.Items {
		if doomed(container.Labels[ownerLabel]) {
			errs = append(errs, e.removeContainer(ctx, container.ID))
		}
	}
	images, err := e.client.ImageList(ctx, client.ImageListOptions{
		Filters: make(client.Filters).Add("reference", repository+"*"),
	})
	if err != nil {
		return errors.Join(append(errs, fmt.Errorf("list the images of runs: %w", err))...)
	}
	for _, image := range images.Items {
		for _, tag := range image.RepoTags {
			if owner := tag[strings.LastIndex(tag, ":")+1:]; strings.HasPrefix(tag, repository) && doomed(owner) {
				_, err := e.client.ImageRemove(ctx, tag, client.ImageRemoveOptions{Force: true, PruneChildren: true})
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
