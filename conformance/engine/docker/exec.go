package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/moby/moby/client"
)

// Exec runs a program in the running container, waits for its end, and returns
// its exit status.
func (c *Container) Exec(ctx context.Context, command []string) (int, error) {
	failed := func(err error) (int, error) { return 0, fmt.Errorf("exec %q: %w", command, err) }
	created, err := askOf(ctx, c.engine, c.engine.client.ExecCreate, c.ID, client.ExecCreateOptions{
		Cmd: command, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		return failed(err)
	}
	attached, err := askOf(ctx, c.engine, c.engine.client.ExecAttach, created.ID, client.ExecAttachOptions{})
	if err != nil {
		return failed(err)
	}
	// An engine may keep the stream open when the sandbox's end has taken the
	// program with it.
	defer context.AfterFunc(ctx, attached.Close)()
	defer attached.Close()
	if _, err := io.Copy(io.Discard, attached.Reader); err != nil {
		return failed(errors.Join(ctx.Err(), err))
	}
	if ctx.Err() != nil {
		return failed(ctx.Err())
	}
	// An engine may close the stream before it knows of the end.
	for {
		inspected, err := askOf(ctx, c.engine, c.engine.client.ExecInspect, created.ID, client.ExecInspectOptions{})
		if err != nil {
			return failed(err)
		}
		if !inspected.Running {
			return inspected.ExitCode, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}
