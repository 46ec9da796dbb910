package main_test

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const nobody = 65535

// circumstances are what a runtime, an administrator or a careless parent may
// leave to PID 1, in an order in which they can be left all together.
var circumstances = []struct {
	name    string
	arrange func() error

	// root tells that it takes the real root to arrange.
	root bool
}{
	{"an empty read-only root", enterEmptyRoot, false},
	{"no capability", dropCapabilities, false},
	{"a user that nobody has heard of", func() error {
		if err := unix.Setgroups(nil); err != nil {
			return err
		}
		if err := unix.Setresgid(nobody, nobody, nobody); err != nil {
			return err
		}
		return unix.Setresuid(nobody, nobody, nobody)
	}, true},
	{"a stderr that nobody reads", breakStderr, false},
	{"no new privileges", func() error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }, false},
	{"a limit of one process", limit(unix.RLIMIT_NPROC, 1), false},
	{"a limit of no file", limit(unix.RLIMIT_NOFILE, 0), false},
	{"end signals ignored", func() error { signal.Ignore(syscall.SIGINT, syscall.SIGTERM); return nil }, false},
	{"every signal blocked", blockSignals, false},
	{"descriptors 0 to 2 closed", func() error {
		for fd := range 3 {
			if err := unix.Close(fd); err != nil {
				return err
			}
		}
		return nil
	}, false},
}

const (
	everyCircumstance = "all of these"
	pendingSIGTERM    = "SIGTERM pending"
)

func arrange(name string) error {
	if name == pendingSIGTERM {
		return sendPendingSIGTERM()
	}
	ok := false
	for _, circumstance := range circumstances {
		if name != circumstance.name && name != everyCircumstance {
			continue
		}
		ok = true
		if err := circumstance.arrange(); err != nil {
			return fmt.Errorf("%s: %w", circumstance.name, err)
		}
	}
	if !ok {
		return fmt.Errorf("unknown circumstance %q", name)
	}
	return nil
}

func TestWorksWith(t *testing.T) {
	works := func(name string, root bool) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if root && namespaces != nil && namespaces.UidMappings != nil {
				t.Skip("root in a user namespace of its own has no other user to become")
			}
			l := asPause()
			l.Circumstance = name
			if name == circumstances[0].name || name == everyCircumstance {
				l.Path = "/pause"
			}
			s := startSandbox(t, l)
			s.settle()
			s.expectReaping()
			s.signal(syscall.SIGTERM)
			s.expectStatus("exit status 0")
		})
	}
	for _, circumstance := range circumstances {
		works(circumstance.name, circumstance.root)
	}
	works(everyCircumstance, true)
}

// enterEmptyRoot leaves nothing but /pause to see.
func enterEmptyRoot() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	root := filepath.Dir(program)
	if err := unix.Mount("root", root, "tmpfs", 0, "mode=0555"); err != nil {
		return err
	}
	if err := os.WriteFile(program, content, 0o555); err != nil {
		return err
	}
	if err := unix.Mount("", root, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return err
	}
	if err := unix.Chroot(root); err != nil {
		return err
	}
	return unix.Chdir("/")
}

func dropCapabilities() error {
	for capability := uintptr(0); ; capability++ {
		switch err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0); err {
		case nil:
		case unix.EINVAL: // the kernel has no more
			return nil
		default:
			return err
		}
	}
}

func limit(resource int, most uint64) func() error {
	return func() error { return unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}) }
}

func blockSignals() error {
	var all unix.Sigset_t
	for i := range all.Val {
		all.Val[i]--
	}
	return unix.PthreadSigmask(unix.SIG_SETMASK, &all, nil)
}

func breakStderr() error {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	if err := unix.Close(ends[0]); err != nil {
		return err
	}
	return unix.Dup3(ends[1], 2, 0)
}
