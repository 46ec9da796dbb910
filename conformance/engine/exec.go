package engine

import (
	"context"
	"fmt"
	"io"

	"github.com/moby/moby/client"
)

// Exec runs a program in the running container, waits for its end, and returns
// its exit status.
func (c *Container) Exec(ctx context.Context, command []string) (int, error) {
	failed := func(err error) (int, error) { return 0, fmt.Errorf("exec %q: %w", command, err) }
	created, err := c.engine.client.ExecCreate(ctx, c.ID, client.ExecCreateOptions{
		Cmd: command, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		return failed(err)
	}
	attached, err := c.engine.client.ExecAttach(ctx, created.ID, client.ExecAttachOptions{})
	if err != nil {
		return failed(err)
	}
	defer attached.Close()
	if _, err := io.Copy(io.Discard, attached.Reader); err != nil {
		return failed(err)
	}
	inspected, err := c.engine.client.ExecInspect(ctx, created.ID, client.ExecInspectOptions{})
	if err != nil {
		return failed(err)
	}
	return inspected.ExitCode, nil
}
