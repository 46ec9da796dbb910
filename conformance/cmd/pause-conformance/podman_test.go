package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

// Podman is another engine behind the same API, and shares the UTS
// namespace of a pod.
func TestOurImageIsConformantOnPodman(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	reports := t.TempDir()
	command := exec.CommandContext(t.Context(), suite, "run", "--platform="+native, "--report-dir="+reports, "oci:"+ours)
	command.Env = append(os.Environ(), "DOCKER_HOST=unix://"+podman(t))
	got := run(t, command)
	t.Logf("exit code %d\n%s", got.code, got.errors())
	subject := readReport(t, reports).Subjects[0]
	if got.code != report.ExitConformant || !strings.Contains(got.stdout, "Podman") {
		t.Errorf("exit code %d:\n%s\n%s", got.code, got.stdout, got.errors())
	}
	for _, result := range subject.Results {
		if result.Status != report.Pass && result.Status != report.NotTestable {
			t.Errorf("%s: %s: %s", result.Requirement.ID, result.Status, result.Seen)
		}
	}
}

// podman starts a service with a store of its own, and returns its socket.
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
		_ = syscall.Unmount(filepath.Join(store, "overlay"), syscall.MNT_DETACH)
		if err := os.RemoveAll(directory); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "podman listens", func() bool {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	return socket
}
