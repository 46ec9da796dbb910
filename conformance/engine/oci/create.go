package oci

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/containerd/go-runc"
)

// pidFile is where a runtime writes the id of a container's process.
const pidFile = "pid"

// create makes the container up to the point where its program is yet to start.
func (b *bundle) create(ctx context.Context, streams streams) error {
	return b.make(ctx, "create", streams, func(ctx context.Context, options *runc.CreateOpts) error {
		if b.ownParent {
			return b.createByParent(ctx, streams, options.PidFile)
		}
		return b.commands.Create(ctx, b.id, b.directory, options)
	})
}

// run makes the container and starts its program, by one command of the runtime.
func (b *bundle) run(ctx context.Context, streams streams) error {
	return b.make(ctx, "run", streams, func(ctx context.Context, options *runc.CreateOpts) error {
		options.Detach = true
		_, err := b.commands.Run(ctx, b.id, b.directory, options)
		return err
	})
}

// make makes the container by a command of the runtime, and opens its process.
func (b *bundle) make(ctx context.Context, name string, streams streams, command func(context.Context, *runc.CreateOpts) error) error {
	defer streams.Close()
	file := filepath.Join(b.directory, pidFile)
	err := b.command(ctx, name, func(ctx context.Context) error {
		return command(ctx, &runc.CreateOpts{IO: streams, PidFile: file})
	})
	if err != nil {
		b.engine.reapOrphans()
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s %s has written no pid file: see that %s is an OCI runtime with the command line of runc", b.engine.info.Name, name, b.engine.runtime)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("%s %s: the pid file: %w", b.engine.info.Name, name, err)
	}
	process, err := openProcess(pid)
	if err != nil {
		return err
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.process = process
	return nil
}
