package mutants_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
)

// Podman is another engine behind Docker's API, and shares the UTS namespace of a pod.
func TestOurImagePassesAndMutantsFailOnPodman(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	images := sample()
	needsImages(t, images)
	config := conformance.Config{Platforms: native(), Engine: conformance.Docker, DockerHost: podman(t)}
	// What the mutants of the sample fail is no matter of time, and our image is judged by that: podman's
	// conmon may take seconds to reap a container's process on a machine that is busy.
	t.Run("ours", func(t *testing.T) {
		config := config
		config.Only = faults(images)
		if name := judge(t, config, named(mutants.Equivalents(), "ours")).Engine.Name; !strings.Contains(name, "Podman") {
			t.Errorf("it was judged on %s", name)
		}
	})
	for _, image := range images { // one at a time, for its locks are the store's
		t.Run("alone", func(t *testing.T) { judgeFaults(t, config, image) })
	}
}

// podman starts a service with a store of its own, and returns its address.
func podman(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("podman"); err != nil || os.Geteuid() != 0 {
		t.Skip("needs podman, as root: apt-get install podman")
	}
	directory, err := os.MkdirTemp("", "podman-") // its state allows 50 bytes of path
	if err != nil {
		t.Fatal(err)
	}
	// Where root itself is limited, podman asks for more than it may; and its default, crun,
	// refuses a host with both versions of cgroups before its 1.15.
	config, socket, store := filepath.Join(directory, "containers.conf"), filepath.Join(directory, "socket"), filepath.Join(directory, "store")
	if err := os.WriteFile(config, []byte("[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]\n[engine]\nruntime = \"runc\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	service := exec.CommandContext(ctx, "podman", "--root", store, "--runroot", filepath.Join(directory, "run"), "system", "service", "--time=0", "unix://"+socket)
	service.Env = append(os.Environ(), "CONTAINERS_CONF="+config)
	service.Cancel = func() error { return service.Process.Signal(syscall.SIGTERM) }
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = service.Wait()
		for deadline := time.Now().Add(time.Minute); killAll(directory) && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		}
		_ = syscall.Unmount(filepath.Join(store, "overlay"), syscall.MNT_DETACH)
		if err := os.RemoveAll(directory); err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			connection.Close()
			return "unix://" + socket
		}
		if time.Now().After(deadline) {
			t.Fatalf("podman does not listen within a minute: %v", err)
		}
	}
}

// killAll kills the processes that name the store, and tells whether there was one: five minutes after a
// program was executed in a container, a conmon tidies up in a store that is gone by then
// (containers.conf(5), exit_command_delay).
func killAll(store string) (killed bool) {
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commands {
		if command, _ := os.ReadFile(file); bytes.Contains(command, []byte(store)) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			_ = syscall.Kill(pid, syscall.SIGKILL)
			killed = true
		}
	}
	return killed
}
