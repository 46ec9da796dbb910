package oci

import (
	"context"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
)

// pauseAttempts is how often a pause is tried: in version 1 of cgroups a runtime gives up
// on a program that runs all the time on a busy machine (runc#2791, runc#4388).
const pauseAttempts = 20

// Freeze pauses the container by the runtime and lets it go on.
func (s *sandbox) Freeze(ctx context.Context) error {
	if missing := s.engine.cgroups.missing("freezer"); missing != "" {
		return engine.Unsupported("%s", missing)
	}
	if err := s.pause(ctx); err != nil {
		return err
	}
	// Nothing but the end of the runtime may leave the container frozen.
	return s.command(s.engine.Alive(), "resume", func(ctx context.Context) error { return s.commands.Resume(ctx, s.id) })
}

func (s *sandbox) pause(ctx context.Context) (err error) {
	for range pauseAttempts {
		err = s.command(ctx, "pause", func(ctx context.Context) error { return s.commands.Pause(ctx, s.id) })
		if err == nil || s.current().ended() || ctx.Err() != nil || engine.Lost(err) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
