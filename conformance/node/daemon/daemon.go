// Package daemon starts and stops the daemons of a node.
package daemon

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/node/machine"
)

// grace is how long a daemon may take to stop.
const grace = 30 * time.Second

// Daemon is a program that can be started again after it has been stopped.
type Daemon struct {
	name    string
	args    []string
	command *exec.Cmd
	end     chan error
}

// New names a program of machine.Binaries and its arguments.
func New(name string, args ...string) *Daemon {
	return &Daemon{name: name, args: args}
}

// Start starts the daemon. Nothing tells whether it is ready.
func (d *Daemon) Start() error {
	log, err := os.OpenFile(d.Log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	d.command = exec.Command(filepath.Join(machine.Binaries(), d.name), d.args...)
	d.command.Env = append(os.Environ(), "PATH="+machine.Binaries()+":"+os.Getenv("PATH"))
	d.command.Stdout, d.command.Stderr = log, log
	if err := d.command.Start(); err != nil {
		return err
	}
	d.end = make(chan error, 1)
	go func() { d.end <- d.command.Wait() }()
	return nil
}

// Stop ends the daemon as a service manager does, and leaves what it has started alone.
func (d *Daemon) Stop() error {
	if d.command == nil || d.command.Process == nil {
		return nil
	}
	if err := d.command.Process.Signal(unix.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", d.name, err)
	}
	select {
	case <-d.end:
		return nil
	case <-time.After(grace):
		return fmt.Errorf("stop %s: it has not ended %v after SIGTERM", d.name, grace)
	}
}

// Log is the path of what the daemon has said.
func (d *Daemon) Log() string {
	return filepath.Join(machine.Dir(), d.name+".log")
}

// Tail is the end of what the daemon has said, for reports of failures.
func (d *Daemon) Tail(lines int) string {
	content, err := os.ReadFile(d.Log())
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
