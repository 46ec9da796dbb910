package docker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/engine"
)

const (
	// namePrefix and the run begin the name of every container of a run. engine.RunLabel
	// alone is no proof: an image that somebody commits from such a container passes
	// the label on to containers of their own.
	namePrefix = "pause-conformance-"

	// repository holds the images of runs. The top-level domain invalid is
	// nobody's (RFC 2606), so that nothing is ever pulled from it.
	repository = "pause-conformance.invalid/"

	// attempts is how often a request is made in which another run can get in the way.
	attempts = 5
)

// sweep removes what runs that were killed have left behind, and nothing that
// belongs to a live run or to others.
func (e *Engine) sweep(ctx context.Context) error { return e.remove(ctx, engine.RunID.Abandoned) }

// Close removes whatever is left of this run.
func (e *Engine) Close(ctx context.Context) error {
	e.requests = e.requests.Again()
	err := e.remove(ctx, func(run engine.RunID) bool { return run == e.run })
	return errors.Join(err, e.provider.Close())
}

func (e *Engine) remove(ctx context.Context, match func(engine.RunID) bool) error {
	containers, err := call(ctx, e, e.client.ContainerList, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", engine.RunLabel),
	})
	if err != nil {
		return fmt.Errorf("list the containers of runs: %w", err)
	}
	var ids []string
	for _, container := range containers.Items {
		run := engine.RunID(container.Labels[engine.RunLabel])
		ours := slices.ContainsFunc(container.Names, func(name string) bool {
			return strings.HasPrefix(strings.TrimPrefix(name, "/"), namePrefix+string(run)+"-")
		})
		if ours && match(run) {
			ids = append(ids, container.ID)
		}
	}
	if err := e.removeContainers(ctx, ids); err != nil {
		return err // an image without its name would never be seen again
	}
	images, err := call(ctx, e, e.client.ImageList, client.ImageListOptions{
		Filters: make(client.Filters).Add("reference", repository+"*"),
	})
	if err != nil {
		return fmt.Errorf("list the images of runs: %w", err)
	}
	var errs []error
	for _, image := range images.Items {
		for _, tag := range image.RepoTags {
			if run := engine.RunID(tag[strings.LastIndex(tag, ":")+1:]); strings.HasPrefix(tag, repository) && match(run) {
				errs = append(errs, e.removeName(ctx, tag))
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

// removeName removes the name of an image, and with the last name the image. Another run may
// remove the same at the same time, of which an engine makes errors of several kinds.
func (e *Engine) removeName(ctx context.Context, tag string) (err error) {
	for range attempts {
		_, err = callOn(ctx, e, e.client.ImageRemove, tag, client.ImageRemoveOptions{Force: true, PruneChildren: true})
		if err == nil || errdefs.IsNotFound(err) {
			return nil
		}
		if engine.Lost(err) || ctx.Err() != nil {
			return err
		}
		if _, gone := e.find(ctx, tag); errors.Is(gone, engine.ErrNoImage) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// removeContainer asks again where the container was just ending by itself, which
// podman takes for a failure.
func (e *Engine) removeContainer(ctx context.Context, id string) (err error) {
	for range attempts {
		_, err = callOn(ctx, e, e.client.ContainerRemove, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		if err == nil || errdefs.IsNotFound(err) || errdefs.IsConflict(err) {
			return nil
		}
		if engine.Lost(err) || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}
