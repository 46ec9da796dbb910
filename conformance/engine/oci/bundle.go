package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/containerd/go-runc"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// reapInterval is how often a process that does not end is helped by reaping orphans.
const reapInterval = 100 * time.Millisecond

// bundle is a container, which the runtime makes of a directory.
type bundle struct {
	engine    *Engine
	id        string
	directory string
	commands  *runc.Runc
	spec      *specs.Spec
	ownParent bool

	mutex   sync.Mutex
	process *process
	parent  *parent // where ownParent asks for it
	removed bool
}

// newBundle makes the directory of a container in a pod's cgroup.
func (e *Engine) newBundle(id, pod string, spec *specs.Spec) (*bundle, error) {
	directory := filepath.Join(e.directory, id)
	spec.Linux.CgroupsPath = e.cgroup.Child(pod).Child(id).Path()
	config, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(directory, 0o711); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(directory, "config.json"), config, 0o600); err != nil {
		return nil, err
	}
	return &bundle{engine: e, id: id, directory: directory, commands: e.commands(directory), spec: spec}, nil
}

// command runs one command of the runtime. The error is one line, with the runtime's
// own reason.
func (b *bundle) command(ctx context.Context, name string, run func(context.Context) error) error {
	request, done := b.engine.requests.Begin(ctx, 1)
	defer done()
	_ = os.Remove(b.commands.Log)
	if err := engine.LostOr(request, run(request)); err != nil {
		if engine.Lost(err) {
			return err
		}
		return fmt.Errorf("%s %s: %w", b.engine.info.Name, name, reason(loggedError(b.commands.Log), err))
	}
	return nil
}

// current returns the process, or nil where there has been none.
func (b *bundle) current() *process {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.process
}

func (b *bundle) wait(ctx context.Context) (engine.Exit, error) {
	waiting, cancel := engine.UntilLost(ctx, b.engine.Alive())
	defer cancel()
	return b.current().wait(waiting)
}

// kill ends the process and waits until it has ended.
func (b *bundle) kill(ctx context.Context) error {
	process := b.current()
	if err := process.signal(unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		return err
	}
	for {
		waiting, cancel := context.WithTimeout(ctx, reapInterval)
		_, err := process.wait(waiting)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		b.engine.reapOrphans()
	}
}

// delete ends the process and makes the runtime forget the container.
func (b *bundle) delete(ctx context.Context) error {
	if b.parent != nil {
		if err := b.parent.kill(ctx); err != nil {
			return fmt.Errorf("kill the parent: %w", err)
		}
	}
	if b.current() != nil {
		request, done := b.engine.requests.Begin(ctx, 1)
		defer done()
		if err := b.kill(request); err != nil {
			return engine.LostOr(request, fmt.Errorf("kill: %w", err))
		}
	}
	return b.command(ctx, "delete", func(ctx context.Context) error {
		// Without force, the runtime of a process that has ended does not wait.
		return b.commands.Delete(ctx, b.id, nil)
	})
}

// remove deletes the container, and all that its directory holds.
func (b *bundle) remove(ctx context.Context) error {
	b.mutex.Lock()
	removed := b.removed
	b.removed = true
	b.mutex.Unlock()
	if removed {
		return nil
	}
	state := filepath.Join(b.commands.Root, b.id)
	if _, err := os.Stat(state); !errors.Is(err, fs.ErrNotExist) || b.current() != nil {
		if err := b.delete(ctx); err != nil {
			return err
		}
	}
	if err := b.engine.launcher.Do(func() error { return unmountBelow(b.directory) }); err != nil {
		return err
	}
	return os.RemoveAll(b.directory)
}

func (b *bundle) signal(signal unix.Signal) error { return b.current().signal(signal) }
