package oci

import (
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/containerd/go-runc"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine/thread"
)

// launcher is a thread that has a mount namespace of its own. Only runtimes that are started
// there see the mounts that are made there; the host never does, and the mounts end with
// this program, even when it is killed.
type launcher struct{ *thread.Thread }

// launch returns the only launcher of this program, since go-runc starts commands by a
// variable of its package.
var launch = sync.OnceValues(func() (*launcher, error) {
	// Containers are orphans of the runtime. Their exit statuses belong to the nearest
	// subreaper.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("become the parent of containers: %w", err)
	}
	t, err := thread.Start(privateMounts)
	if err != nil {
		return nil, fmt.Errorf("make a mount namespace: %w; run as root with the capability SYS_ADMIN", err)
	}
	l := &launcher{t}
	runc.Monitor = l
	return l, nil
})

// privateMounts also hides version 2 of cgroups on a host that has both: crun before 1.15
// refuses a host whose version 2 has any controller ("cgroups in hybrid mode not
// supported", src/libcrun/cgroup.c).
func privateMounts() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	_ = unix.Unmount("/sys/fs/cgroup/unified", unix.MNT_DETACH)
	return nil
}

// Start, StartLocked and Wait make launcher go-runc's ProcessMonitor.
func (l *launcher) Start(command *exec.Cmd) (chan runc.Exit, error) {
	if err := l.Do(command.Start); err != nil {
		return nil, err
	}
	end := make(chan runc.Exit, 1)
	go func() {
		_ = command.Wait()
		end <- runc.Exit{Timestamp: time.Now(), Pid: command.Process.Pid, Status: command.ProcessState.ExitCode()}
	}()
	return end, nil
}

// StartLocked is Start, since the thread of every command outlives it.
func (l *launcher) StartLocked(command *exec.Cmd) (chan runc.Exit, error) { return l.Start(command) }

func (l *launcher) Wait(_ *exec.Cmd, end chan runc.Exit) (int, error) { return (<-end).Status, nil }
