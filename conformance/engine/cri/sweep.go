package cri

import (
	"context"
	"errors"
	"fmt"
	"strings"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
)

// remove removes the pods and the images of the runs that match.
func (e *Engine) remove(ctx context.Context, match func(engine.RunID) bool) error {
	list, err := pods.Call(ctx, e.pods, 1, e.client.ListPodSandbox, &api.ListPodSandboxRequest{})
	if err != nil {
		return fmt.Errorf("list the pods of runs: %w", err)
	}
	var errs []error
	for _, pod := range list.Items {
		run := engine.RunID(pod.Labels[engine.RunLabel])
		// A label alone is no proof; the uid is the run's own.
		if run != "" && strings.HasPrefix(pod.Metadata.GetUid(), string(run)+"-") && match(run) {
			errs = append(errs, e.pods.RemovePod(ctx, pod.Id))
		}
	}
	errs = append(errs, e.removeContainers(ctx, match))
	if err := errors.Join(errs...); err != nil {
		return err // an image without its name would never be seen again
	}
	images, err := pods.Call(ctx, e.pods, 1, e.client.ListImages, &api.ListImagesRequest{})
	if err != nil {
		return fmt.Errorf("list the images of runs: %w", err)
	}
	for _, image := range images.Images {
		for _, tag := range image.RepoTags {
			if run, ours := runOf(tag); ours && match(run) {
				errs = append(errs, e.removeImage(ctx, tag))
			}
		}
	}
	return errors.Join(errs...)
}

// removeContainers removes what runs have left in pods of the kubelet.
func (e *Engine) removeContainers(ctx context.Context, match func(engine.RunID) bool) error {
	list, err := pods.Call(ctx, e.pods, 1, e.client.ListContainers, &api.ListContainersRequest{})
	if err != nil {
		return fmt.Errorf("list the containers of runs: %w", err)
	}
	var errs []error
	for _, container := range list.Containers {
		run := engine.RunID(container.Labels[engine.RunLabel])
		if run != "" && strings.HasPrefix(container.Metadata.GetName(), string(run)+"-") && match(run) {
			errs = append(errs, e.pods.RemoveContainer(ctx, container.Id))
		}
	}
	return errors.Join(errs...)
}

// repository is the probe's in the registry that the suite serves.
const repository = "pause-conformance/probe"

// runOf reads the run from the name of an image that the suite has served.
func runOf(tag string) (run engine.RunID, ours bool) {
	name, version, _ := strings.Cut(tag, "/"+repository+":")
	return engine.RunID(version), version != "" && strings.HasPrefix(name, "127.0.0.1:")
}

// removeImage removes an image of one run. Each run labels its images with its id, so that no
// other run loses the same image.
func (e *Engine) removeImage(ctx context.Context, tag string) error {
	_, err := pods.Call(ctx, e.pods, 1, e.client.RemoveImage, &api.RemoveImageRequest{Image: &api.ImageSpec{Image: tag, UserSpecifiedImage: tag}})
	if err != nil {
		return fmt.Errorf("remove image %s: %w", tag, err)
	}
	return nil
}
