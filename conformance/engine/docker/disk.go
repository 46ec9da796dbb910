package docker

import (
	"context"
	"time"

	"github.com/moby/moby/client"

	"github.com/podsandbox/pause/conformance/engine"
)

const (
	// maxDisk is how much a sandbox may write to its root file system, in bytes. Few
	// storage drivers take a quota.
	maxDisk = engine.DefaultMemoryLimit

	// lookEach is the time between one look at what has been written and the next.
	lookEach = 500 * time.Millisecond

	// maxLook is how long one look may take. It takes longer the more files there are.
	maxLook = 45 * time.Second
)

// boundDisk kills a container that has written more than it may, until the context is
// done.
func (c *instance) boundDisk(ctx context.Context) {
	for {
		select {
		case <-time.After(lookEach):
		case <-ctx.Done():
			return
		}
		looking, done := context.WithTimeout(ctx, maxLook)
		inspected, err := c.engine.client.ContainerInspect(looking, c.id, client.ContainerInspectOptions{Size: true})
		late := looking.Err() != nil && ctx.Err() == nil
		done()
		size, reason := inspected.Container.SizeRw, ""
		switch {
		case late:
			reason = "killed by the suite: to measure its root file system took more than 45 s; "
		case err == nil && size != nil && *size > maxDisk:
			reason = "killed by the suite: it has written more than 64 MiB to its root file system; "
		}
		if reason != "" {
			c.killReason.Store(&reason)
			_, _ = callOn(ctx, c.engine, c.engine.client.ContainerKill, c.id, client.ContainerKillOptions{Signal: "KILL"})
		}
	}
}
