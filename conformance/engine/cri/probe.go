package cri

import (
	"context"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cri/pods"
	"github.com/podsandbox/pause/conformance/probe"
)

// loadProbe serves the suite's own image, and has the runtime pull it.
func (e *Engine) loadProbe(ctx context.Context) error {
	content, err := engine.ProbeImage()
	if err != nil {
		return err
	}
	if content, err = e.label(content); err != nil {
		return err
	}
	reference := e.registry.Reference(repository, string(e.run))
	if err := e.registry.Push(ctx, reference, content); err != nil {
		return fmt.Errorf("serve the probe's image: %w", err)
	}
	answer, err := pods.Call(e.Alive(), e.pods, pods.Transfer, e.client.PullImage,
		&api.PullImageRequest{Image: &api.ImageSpec{Image: reference, UserSpecifiedImage: reference}})
	if err != nil {
		return fmt.Errorf("pull the probe's image from the suite itself, at %s: %w%s", reference, err, e.advice())
	}
	e.pods.Probe = answer.ImageRef
	return nil
}

// label makes the image the run's own: runs side by side must not share an id, for the
// first to end would remove it.
func (e *Engine) label(image v1.Image) (v1.Image, error) {
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Config.Labels = map[string]string{engine.RunLabel: string(e.run)}
	return mutate.ConfigFile(image, file)
}

// advice says how a runtime comes to take images from the suite, over plain HTTP.
func (e *Engine) advice() string {
	if strings.EqualFold(e.info.Name, "cri-o") {
		return `; CRI-O needs this in /etc/containers/registries.conf.d: [[registry]] location = "127.0.0.1", insecure = true`
	}
	return "; see the runtime's registry configuration for 127.0.0.1"
}

// probeImage is the suite's own image. A node's runtime starts sandboxes of another
// one, so that it runs as an app container in a sandbox's place.
type probeImage struct{ engine *Engine }

// Probe is the suite's own image.
func (e *Engine) Probe() engine.Image { return probeImage{e} }

// Use has nothing to do.
func (p probeImage) Use(context.Context) (release func(), err error) { return func() {}, nil }

// Reference is the runtime's id of it.
func (p probeImage) Reference() string { return p.engine.pods.Probe }

// Start runs the probe in a pod that asks for nothing else.
func (p probeImage) Start(ctx context.Context, pod engine.Pod) (engine.Sandbox, error) {
	return p.engine.pods.StartApp(ctx, p, engine.Pod{
		Entrypoint: []string{probe.Path}, Arguments: []string{probe.Wait}, Own: pod.Own,
		User: pod.User, WritableRoot: pod.WritableRoot, Privileges: pod.Privileges,
		Network: pod.Network, HostPIDs: pod.HostPIDs, HostIPC: pod.HostIPC, Sysctls: pod.Sysctls,
	})
}

// Pinned tells whether the runtime keeps the image.
func (p probeImage) Pinned(ctx context.Context) (bool, error) {
	return p.engine.pods.Pinned(ctx, p.engine.pods.Probe)
}
