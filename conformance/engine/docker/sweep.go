package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	containers, err := ask(ctx, e, e.client.ContainerList, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", ownerLabel),
	})
	if err != nil {
		return fmt.Errorf("list the containers of runs: %w", err)
	}
	var ids []string
	for _, container := range containers.Items {
		if doomed(container.Labels[ownerLabel]) {
			ids = append(ids, container.ID)
		}
	}
	if err := e.removeContainers(ctx, ids); err != nil {
		return err // an image whose container stays would lose its name, and never be found again
	}
	var errs []error
	images, err := ask(ctx, e, e.client.ImageList, client.ImageListOptions{
		Filters: make(client.Filters).Add("reference", repository+"*"),
	})
	if err != nil {
		return fmt.Errorf("list the images of runs: %w", err)
	}
	for _, image := range images.Items {
		for _, tag := range image.RepoTags {
			if owner := tag[strings.LastIndex(tag, ":")+1:]; strings.HasPrefix(tag, repository) && doomed(owner) {
				_, err := askOf(ctx, e, e.client.ImageRemove, tag, client.ImageRemoveOptions{Force: true, PruneChildren: true})
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// removeContainers goes on as long as it gets somewhere: podman keeps a container
// until those that have joined its namespaces are gone.
func (e *Engine) removeContainers(ctx context.Context, ids []string) error {
	var errs []error
	for left := len(ids) + 1; len(ids) < left; {
		left, errs = len(ids), nil
		ids = slices.DeleteFunc(ids, func(id string) bool {
			err := e.removeContainer(ctx, id)
			errs = append(errs, err)
			return err == nil
		})
	}
	return errors.Join(errs...)
}
