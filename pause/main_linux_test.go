package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

const version = "1.2.3-test"

var (
	// program is the path of the trimmed program for this machine. Its name is
	// what the kernel calls the process.
	program string

	// namespaces sets a process up as PID 1 of a PID namespace of its own.
	namespaces *syscall.SysProcAttr

	// noNamespaces tells why namespaces is nil.
	noNamespaces string
)

// The test binary plays the other processes of a sandbox too: each role is a
// process that starts it again with roleVariable set.
const roleVariable = "PAUSE_TEST_ROLE"

func TestMain(m *testing.M) {
	roles := map[string]func([]string) error{
		"nobody":    func([]string) error { return nil },
		"launcher":  launcher,
		"agent":     agent,
		"parent":    parent,
		"elsewhere": elsewhere,
	}
	if role := roles[os.Getenv(roleVariable)]; role != nil {
		program = os.Getenv(programVariable)
		if err := role(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(70)
		}
		os.Exit(0)
	}
	os.Exit(test(m))
}

func test(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pause-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // for any user
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if program = prebuilt; program == "" {
		program, err = writeProgram(dir, runtime.GOARCH)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv(programVariable, program)
	if namespaces, err = findNamespaces(); err != nil {
		noNamespaces = err.Error()
	}
	return m.Run()
}

// awaitForks waits for children that other tests have forked while a file was open: until they
// execute their programs they have it open for writing, and nobody can execute it (golang/go#22315).
func awaitForks() {
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
}

// writeProgram writes the program for linux on a processor that Go knows by that name,
// for any user to run, and returns its path.
func writeProgram(dir, architecture string) (string, error) {
	for _, platform := range freestanding.Platforms {
		if platform.Architecture != architecture {
			continue
		}
		build, err := freestanding.Builder{Version: version}.Build(context.Background(), platform)
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, platform.FileName(), "pause")
		if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, build.Bytes, 0o555); err != nil {
			return "", err
		}
		awaitForks()
		return path, nil
	}
	return "", fmt.Errorf("pause is not built for linux/%s", architecture)
}

// findNamespaces prefers those of the real root, who may change user in them.
func findNamespaces() (*syscall.SysProcAttr, error) {
	own := syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	userNamespace := own
	userNamespace.Cloneflags |= syscall.CLONE_NEWUSER
	userNamespace.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
	userNamespace.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	var refusals []string
	for _, attributes := range []*syscall.SysProcAttr{&own, &userNamespace} {
		cmd := play("nobody")
		cmd.SysProcAttr = attributes
		if err := cmd.Run(); err != nil {
			refusals = append(refusals, err.Error())
			continue
		}
		return attributes, nil
	}
	return nil, fmt.Errorf("a PID namespace needs root or user namespaces: %s", strings.Join(refusals, "; "))
}

// play starts the test binary in a role.
func play(role string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role,
		// A signal of Go's own would end in a system call that a filter forbids.
		"GODEBUG=asyncpreemptoff=1",
		// Under -race, a process otherwise lingers for a second.
		"GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	return cmd
}
