package oci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/containerd/go-runc"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// container is an app container that runs the suite's program.
type container struct {
	*bundle
	stream stream
}

func (s *sandbox) Join(ctx context.Context, kinds engine.Namespaces) (engine.Container, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if s.current().ended() {
		return nil, errors.New("join: the sandbox has ended")
	}
	c, err := s.newContainer(kinds)
	if err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	starting, cancel := bounded(s.engine.Alive())
	defer cancel()
	if err := c.start(starting); err != nil {
		removing, cancel := bounded(s.engine.Alive())
		defer cancel()
		_ = c.Remove(removing) // Close removes it otherwise
		return nil, fmt.Errorf("join: %w", err)
	}
	return c, nil
}

// startTimeout is how long the runtime may take to start a process beside that of a sandbox. Its own
// first steps are in the PID namespace then, and a hostile sandbox may stop them: that is no loss
// of the engine.
const startTimeout = 10 * time.Second

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("not done after %s", startTimeout))
}

func (s *sandbox) newContainer(kinds engine.Namespaces) (*container, error) {
	root, err := s.engine.probe.rootOf(s.pod)
	if err != nil {
		return nil, err
	}
	config := s.engine.probe.config
	config.Cmd = []string{probe.Serve}
	process, err := process1(engine.Pod{Privileges: true}, config, root)
	if err != nil {
		return nil, err
	}
	// To read what /proc says of processes of other users.
	process.Capabilities = capabilities(slices.Concat(defaultCapabilities, engine.ProbeCapabilities)...)
	process.OOMScoreAdj = nil
	spec := baseSpec(process)
	spec.Root = &specs.Root{Path: root, Readonly: true}
	spec.Mounts = mounts(shm(s.pod, s.directory))
	spec.Linux.Namespaces = joinedNamespaces(s.pid(), s.spec.Linux.Namespaces, kinds)
	spec.Linux.UIDMappings, spec.Linux.GIDMappings = s.spec.Linux.UIDMappings, s.spec.Linux.GIDMappings
	bundle, err := s.engine.newBundle(s.engine.name("container"), s.id, spec)
	if err != nil {
		return nil, err
	}
	return &container{bundle: bundle}, nil
}

func (c *container) start(ctx context.Context) error {
	stdin, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, stdout, err := os.Pipe()
	if err != nil {
		return err
	}
	c.stream = stream{in, out}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return c.run(ctx, streams{stdin, stdout, null})
}

func (c *container) Stream() io.ReadWriteCloser { return c.stream }

func (c *container) Wait(ctx context.Context) (engine.Exit, error) { return c.wait(ctx) }

func (c *container) Remove(ctx context.Context) error {
	c.stream.Close()
	if err := c.remove(ctx); err != nil {
		return fmt.Errorf("remove %s: %w", c.id, err)
	}
	return nil
}

// Exec runs the program with the privileges of the container's own. The runtime
// passes the exit status on; an error of its own is in its log.
func (c *container) Exec(ctx context.Context, command []string) (status int, err error) {
	process := *c.spec.Process
	process.Args = command
	log, err := os.CreateTemp(c.directory, "exec-*.json")
	if err != nil {
		return 0, fmt.Errorf("exec %q: %w", command, err)
	}
	log.Close()
	window, cancel := engine.UntilLost(ctx, c.engine.Alive())
	defer cancel()
	err = c.commands.Exec(window, c.id, process, &runc.ExecOpts{LogFile: log.Name()})
	if err == nil {
		return 0, nil
	}
	exit := new(runc.ExitError)
	message := loggedError(log.Name())
	if errors.As(err, &exit) && message == "" {
		return exit.Status, nil
	}
	c.engine.reapOrphans()
	return 0, fmt.Errorf("exec %q: %w", command, engine.LostOr(window, reason(message, err)))
}
