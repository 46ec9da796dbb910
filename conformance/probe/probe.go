// Package probe is what runs inside a pod on the suite's behalf: the suite's own
// program, in an app container that joins a sandbox's namespaces. It answers
// remote procedure calls on standard input and output, and looks at the sandbox
// as any container of the pod could.
package probe

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Path is where the program lies in a probe's image, and in the published image of the
// suite, which serves as one.
const Path = "/pause-conformance"

// First arguments of a program under Path. With one of them it is a probe.
const (
	// Serve answers calls until standard input ends.
	Serve = prefix + "serve"

	// Dial answers calls over the unix socket that the next argument names, until it is
	// closed: a CRI runtime gives nobody a container's standard streams without an HTTP
	// server between the two.
	Dial = prefix + "dial"

	// Wait prints Ready, and waits for a signal.
	Wait = prefix + "wait"

	// LeaveOrphans leaves orphans behind that end after it, and exits.
	LeaveOrphans = prefix + "leave-orphans"

	prefix = "probe-"
)

// Ready is the line of a probe that waits, from which on a signal ends it.
const Ready = "ready"

// A process that was started as a probe is nothing else. A package is initialized when what it
// imports has been, the first by its path among those that can be (go.dev/ref/spec). This one
// imports nothing that comes late, such as net, net/netip and path/filepath: a pod waits for
// little of the rest of the program, in an emulated machine least of all.
func init() {
	if len(os.Args) < 2 || path.Base(os.Args[0]) != path.Base(Path) || !strings.HasPrefix(os.Args[1], prefix) {
		return
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run does what the program was started for.
func run() error {
	switch os.Args[1] {
	case Serve:
		return serve(standardStreams{})
	case Dial:
		connection, err := connect(unix.AF_UNIX, &unix.SockaddrUnix{Name: path.Join(os.Args[2:]...)})
		if err != nil {
			return err
		}
		return serve(connection)
	case Wait:
		end := make(chan os.Signal, 1)
		signal.Notify(end, os.Interrupt, syscall.SIGTERM)
		fmt.Println(Ready)
		<-end
		return nil
	case LeaveOrphans:
		return leaveOrphans()
	}
	return errors.New("probe: want the argument " + Serve + ", " + Dial + ", " + Wait + " or " + LeaveOrphans)
}

// Probe holds the methods that can be called, and what they keep between calls.
type Probe struct{ waiting waiting }

// None is the argument or the result of a method that has none.
type None struct{}

// Interference begins an error of a process of the container that something else in
// the pod has ended: the sandbox, for nothing else is there.
const Interference = "a process of the container was interfered with"
