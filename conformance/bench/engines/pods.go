package main

import (
	"context"
	"errors"
	"sync"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/image"
)

// pods are those of one image on one engine.
type pods struct {
	engine engine.Engine
	source *image.Source
	image  engine.Image
}

func open(ctx context.Context, config conformance.Config) (p *pods, err error) {
	p = &pods{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close(context.WithoutCancel(ctx)))
		}
	}()
	platform, err := image.ParsePlatform(config.Platforms[0])
	if err != nil {
		return p, err
	}
	if p.source, err = image.Open(ctx, config.Images[0]); err != nil {
		return p, err
	}
	content, err := p.source.Image(ctx, platform)
	if err != nil {
		return p, err
	}
	if p.engine, err = conformance.Connect(ctx, config); err != nil {
		return p, err
	}
	p.image, err = p.engine.Load(ctx, engine.Source{Reference: config.Images[0], Image: content.Content})
	return p, err
}

func (p *pods) close(ctx context.Context) (err error) {
	if p.engine != nil {
		err = p.engine.Close(ctx)
	}
	if p.source != nil {
		err = errors.Join(err, p.source.Close())
	}
	return err
}

// start starts and removes the sandboxes, as many at a time as the suite has checks, and
// joins as many as there are probes.
func (p *pods) start(ctx context.Context, sandboxes, probes int) error {
	errs := make([]error, sandboxes)
	slots := make(chan struct{}, check.AtOnce())
	var group sync.WaitGroup
	for i := range sandboxes {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = p.one(ctx, i < probes)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func (p *pods) one(ctx context.Context, withContainer bool) (err error) {
	sandbox, err := p.image.Start(ctx, engine.Pod{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sandbox.Remove(ctx)) }()
	if !withContainer {
		return nil
	}
	container, err := sandbox.Join(ctx, engine.Shared)
	if err != nil {
		return err
	}
	return container.Remove(ctx)
}
