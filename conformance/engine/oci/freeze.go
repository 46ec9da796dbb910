package oci

import (
	"context"

	"github.com/podsandbox/pause/conformance/engine"
)

// Freeze pauses the container by the runtime and lets it go on.
func (s *sandbox) Freeze(ctx context.Context) error {
	if missing := s.engine.cgroup.Lacks("freezer"); missing != "" {
		return engine.Unsupported("%s", missing)
	}
	pause := func(ctx context.Context) error {
		return s.command(ctx, "pause", func(ctx context.Context) error { return s.commands.Pause(ctx, s.id) })
	}
	if err := engine.Pause(ctx, pause, func(context.Context) bool { return !s.current().ended() }); err != nil {
		return err
	}
	// Nothing but the end of the runtime may leave the container frozen.
	return s.command(s.engine.Alive(), "resume", func(ctx context.Context) error { return s.commands.Resume(ctx, s.id) })
}
