package engine

import (
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// Sandbox is the first container of a pod.
type Sandbox interface {
	// Join starts the suite's program as an app container in the sandbox's
	// namespaces, as root with ProbeCapabilities and without a limit of processes. An error
	// is the engine's, or that of a sandbox which has ended.
	Join(ctx context.Context, namespaces Namespaces) (Container, error)

	// Signal sends a signal from outside, and returns once it is sent.
	Signal(ctx context.Context, signal unix.Signal) error

	// State tells how the sandbox's process is now.
	State(ctx context.Context) (State, error)

	// Wait waits until the sandbox's process has ended.
	Wait(ctx context.Context) (Exit, error)

	// Output returns the start of what was written to standard output and error, at
	// most MaxOutput of each.
	Output(ctx context.Context) (stdout, stderr string, err error)

	// Freeze stops every process of the sandbox by its cgroup, and lets them go on.
	Freeze(ctx context.Context) error

	// KillParent ends the process that is the parent of the sandbox's, as a runtime's shim
	// is, by SIGKILL.
	KillParent(ctx context.Context) error

	// Restart starts a sandbox that has ended once more.
	Restart(ctx context.Context) error

	// Stop ends the sandbox as a kubelet ends a pod, by the image's StopSignal too
	// where the runtime heeds it.
	Stop(ctx context.Context) error

	// Remove removes the sandbox, running or not. One that is gone is no error.
	Remove(ctx context.Context) error
}

// ProbeCapabilities are what the suite's program has beside the engine's default: it reads
// what /proc says of processes of other users, and gives its children ids of its choice.
var ProbeCapabilities = []string{"SYS_PTRACE", "SYS_ADMIN"}

// Container is an app container that runs the suite's program in a sandbox's pod.
type Container interface {
	// Stream is the program's standard input and output.
	Stream() io.ReadWriteCloser

	// Exec runs a program in the container and returns its exit status.
	Exec(ctx context.Context, command []string) (status int, err error)

	// Wait waits until the program has ended.
	Wait(ctx context.Context) (Exit, error)

	// Remove removes the container, running or not. One that is gone is no error.
	Remove(ctx context.Context) error
}

// MaxOutput is how much is kept of what a sandbox writes, in bytes.
const MaxOutput = 64 << 10

// State is a moment of a sandbox's process.
type State struct {
	Running bool

	// PID is the process as the engine sees it, or 0 where the engine does not tell.
	PID int

	// Exit is set once the process has ended.
	Exit Exit

	// Text is the engine's own record, as evidence.
	Text string
}

// UnknownStatus is the exit status of an engine that tells none.
const UnknownStatus = -1

// Exit is the end of a process.
type Exit struct {
	// Status is the exit status, 128 and the signal's number for a process that a
	// signal ended, or UnknownStatus.
	Status int

	// Time is when the process ended, by this machine's clock, or zero where the
	// engine does not know.
	Time time.Time
}

// String is the status in words.
func (e Exit) String() string {
	if e.Status == UnknownStatus {
		return "an exit status that the engine does not tell"
	}
	return fmt.Sprintf("exit status %d", e.Status)
}
