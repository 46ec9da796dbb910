package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/containerd/go-runc"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// executionTimeout is how long a busy machine may take to execute a program.
const executionTimeout = 5 * time.Second

// bundle is a container, which the runtime makes of a directory.
type bundle struct {
	engine    *Engine
	id        string
	directory string
	commands  *runc.Runc
	spec      *specs.Spec

	mutex   sync.Mutex
	process *process
	removed bool
}

// newBundle makes the directory of a container in a pod's cgroup.
func (e *Engine) newBundle(id, pod string, spec *specs.Spec) (*bundle, error) {
	directory := filepath.Join(e.directory, id)
	spec.Linux.CgroupsPath = filepath.Join(cgroupOf(e.run), pod, id)
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
		return fmt.Errorf("%s %s: %w", b.engine.info.Name, name, reason(b.commands.Log, err))
	}
	return nil
}

// create makes the container up to the point where its program is yet to start.
func (b *bundle) create(ctx context.Context, streams streams) error {
	pidFile := filepath.Join(b.directory, "pid")
	defer streams.Close()
	err := b.command(ctx, "create", func(ctx context.Context) error {
		return b.commands.Create(ctx, b.id, b.directory, &runc.CreateOpts{IO: streams, PidFile: pidFile})
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("%s create: the pid file: %w", b.engine.info.Name, err)
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

// begin starts the program. A runtime's start returns before the kernel executes the
// program, which begin waits for: until then the process is the runtime's own.
func (b *bundle) begin(ctx context.Context) error {
	executable := fmt.Sprintf("/proc/%d/exe", b.current().pid)
	runtime, err := os.Stat(executable)
	if err != nil {
		return fmt.Errorf("look at the runtime's process: %w", err)
	}
	err = b.command(ctx, "start", func(ctx context.Context) error { return b.commands.Start(ctx, b.id) })
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(executionTimeout); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		program, err := os.Stat(executable)
		if err != nil || !os.SameFile(runtime, program) {
			break // or has ended
		}
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

// delete ends the process and makes the runtime forget the container.
func (b *bundle) delete(ctx context.Context) error {
	if process := b.current(); process != nil {
		request, done := b.engine.requests.Begin(ctx, 1)
		defer done()
		if err := process.kill(request); err != nil {
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
	if err := b.engine.launcher.do(func() error { return unmountBelow(b.directory) }); err != nil {
		return err
	}
	return os.RemoveAll(b.directory)
}

// freeze pauses the container and lets it go on.
func (b *bundle) freeze(ctx context.Context) error {
	if missing := b.engine.cgroups.missing("freezer"); missing != "" {
		return engine.Unsupported("%s", missing)
	}
	err := b.command(ctx, "pause", func(ctx context.Context) error { return b.commands.Pause(ctx, b.id) })
	if err != nil {
		return err
	}
	// A frozen process cannot be removed, so that nothing but the end of the runtime
	// may keep it from going on.
	return b.command(context.WithoutCancel(ctx), "resume", func(ctx context.Context) error { return b.commands.Resume(ctx, b.id) })
}

func (b *bundle) signal(signal unix.Signal) error { return b.current().signal(signal) }
