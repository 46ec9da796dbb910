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

// filled is in the record of a sandbox that boundDisk has killed.
const filled = "killed by the suite: it has written more than 64 MiB to its root file system; "

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
		if size := inspected.Container.SizeRw; late || err == nil && size != nil && *size > maxDisk {
			c.filled.Store(true)
			_, _ = callOn(ctx, c.engine, c.engine.client.ContainerKill, c.id, client.ContainerKillOptions{Signal: "KILL"})
		}
	}
}
