package containerd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/podsandbox/pause/conformance/engine/cgroup"
	"github.com/podsandbox/pause/conformance/engine/containerd/namespaces"
)

// daemon is a running containerd.
type daemon struct {
	process *os.Process
	log     string
	end     chan struct{}
}

// start starts containerd in the namespaces and the cgroup. It dies with this process,
// and leaves its shims alone.
func start(n *namespaces.Namespaces, group *cgroup.Group, programs programs, paths paths) (*daemon, error) {
	log, err := os.OpenFile(paths.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open containerd's log: %w", err)
	}
	defer log.Close()
	command := exec.Command(programs.containerd, "--config", paths.configuration())
	command.Stdout, command.Stderr = log, log
	path := os.Getenv("PATH") + string(filepath.ListSeparator) + filepath.Dir(programs.containerd)
	command.Env = append(os.Environ(), "PATH="+path, "TMPDIR="+paths.private, "NOTIFY_SOCKET=")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := n.Do(command.Start); err != nil {
		return nil, fmt.Errorf("start containerd: %w", err)
	}
	d := &daemon{command.Process, paths.log(), make(chan struct{})}
	go func() {
		_ = command.Wait()
		close(d.end)
	}()
	// One that has ended by now says why when it is asked whether it is ready.
	if err := group.Add(command.Process.Pid); err != nil && !errors.Is(err, syscall.ESRCH) {
		d.stop(0)
		return nil, err
	}
	return d, nil
}

// stop ends containerd, by SIGKILL after the grace.
func (d *daemon) stop(grace time.Duration) {
	if grace > 0 {
		_ = d.process.Signal(syscall.SIGTERM)
		select {
		case <-d.end:
		case <-time.After(grace):
		}
	}
	select {
	case <-d.end:
	default:
		_ = syscall.Kill(-d.process.Pid, syscall.SIGKILL) // what it has started for a moment, too
		<-d.end
	}
}

// ready polls until the function returns no error, and explains why containerd ended
// instead.
func (d *daemon) ready(ctx context.Context, limit time.Duration, poll func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it is not ready after %s", limit))
	defer cancel()
	for {
		err := poll(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-d.end:
			return fmt.Errorf("containerd has ended: %s: see that it runs on this host, or choose another --engine", d.complaint())
		case <-ctx.Done():
			return fmt.Errorf("start containerd: %w: %w", context.Cause(ctx), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// complaint is the last line of containerd's log, which says why it ended.
func (d *daemon) complaint() string {
	text, err := os.ReadFile(d.log)
	if err != nil || len(text) == 0 {
		return errors.Join(err, errors.New("it said nothing")).Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}
