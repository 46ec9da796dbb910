package containerd

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// of reads a file or link of the sandbox's process in /proc.
func of(t *testing.T, sandbox engine.Sandbox, file string) string {
	t.Helper()
	state, err := sandbox.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/proc/%d/%s", state.PID, file)
	if link, err := os.Readlink(path); err == nil {
		return link
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func host(t *testing.T, file string) string {
	t.Helper()
	link, err := os.Readlink("/proc/self/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// line returns the fields of a line of /proc/PID/status.
func line(status, name string) string {
	_, rest, _ := strings.Cut(status, "\n"+name+":")
	rest, _, _ = strings.Cut(rest, "\n")
	return strings.Join(strings.Fields(rest), " ")
}

func TestEachFieldOfAPodHasItsEffect(t *testing.T) {
	instances(t, func(t *testing.T, e *Engine) {
		t.Run("strictest", func(t *testing.T) {
			sandbox := startSandbox(t, e, engine.Pod{})
			status := of(t, sandbox, "status")
			if line(status, "NoNewPrivs") != "1" || line(status, "Seccomp") != "2" {
				t.Errorf("new privileges are allowed, or there is no seccomp filter:\n%s", status)
			}
			for _, kind := range []string{"net", "pid", "ipc", "uts", "mnt"} {
				if of(t, sandbox, "ns/"+kind) == host(t, "ns/"+kind) {
					t.Errorf("the %s namespace is the host's", kind)
				}
			}
			if root, _, _ := strings.Cut(of(t, sandbox, "mountinfo"), "\n"); !strings.Contains(root, " ro,") {
				t.Errorf("the root file system can be written to: %s", root)
			}
		})
		t.Run("user", func(t *testing.T) {
			sandbox := startSandbox(t, e, engine.Pod{User: "4321:1234"})
			status := of(t, sandbox, "status")
			if line(status, "Uid") != "4321 4321 4321 4321" || line(status, "Gid") != "1234 1234 1234 1234" {
				t.Errorf("it runs as %s, %s", line(status, "Uid"), line(status, "Gid"))
			}
		})
		t.Run("host name", func(t *testing.T) {
			client := join(t, startSandbox(t, e, engine.Pod{Hostname: "chosen"}), engine.Shared)
			if name, err := client.Hostname(t.Context()); err != nil || name != "chosen" {
				t.Errorf("host name %q, %v", name, err)
			}
		})
		t.Run("network", func(t *testing.T) {
			client := join(t, startSandbox(t, e, engine.Pod{Network: engine.PodNetwork}), engine.Shared)
			addresses, err := client.Addresses(t.Context())
			if err != nil || !strings.Contains(strings.Join(addresses, " "), "10.88.") {
				t.Errorf("addresses %v, %v", addresses, err)
			}
		})
		t.Run("host namespaces", func(t *testing.T) {
			sandbox := startSandbox(t, e, engine.Pod{Network: engine.HostNetwork, HostPIDs: true, HostIPC: true, User: "65535:65535"})
			for _, kind := range []string{"pid", "ipc"} {
				if of(t, sandbox, "ns/"+kind) != host(t, "ns/"+kind) {
					t.Errorf("the %s namespace is not the host's", kind)
				}
			}
			if network := runtimesNetwork(t, e); of(t, sandbox, "ns/net") != network {
				t.Error("the network namespace is not the runtime's")
			}
		})
		t.Run("sysctls", func(t *testing.T) {
			sandbox := startSandbox(t, e, engine.Pod{Sysctls: map[string]string{"net.ipv4.ip_unprivileged_port_start": "42"}})
			if value := sysctl(t, sandbox, "net/ipv4/ip_unprivileged_port_start"); value != "42" {
				t.Errorf("the sysctl is %q", value)
			}
		})
		t.Run("limits", func(t *testing.T) {
			sandbox := startSandbox(t, e, engine.Pod{PIDsLimit: 100, MemoryLimit: 64 << 20})
			if text := of(t, sandbox, "cgroup"); !strings.Contains(text, "/sandbox/") {
				t.Errorf("its cgroup has no parent of its own: %s", text)
			}
		})
		t.Run("PID namespace of another sandbox", func(t *testing.T) {
			first := startSandbox(t, e, engine.Pod{})
			second := startSandbox(t, e, engine.Pod{PIDsOf: first, User: "4321:1234"})
			if of(t, first, "ns/pid") != of(t, second, "ns/pid") {
				t.Error("it has another PID namespace")
			}
			if status := of(t, second, "status"); line(status, "Uid") != "4321 4321 4321 4321" || line(status, "NSpid") == "" || strings.HasSuffix(line(status, "NSpid"), " 1") {
				t.Errorf("it is the first process, or of another user:\n%s", status)
			}
			if err := second.Remove(t.Context()); err != nil {
				t.Error(err)
			}
			if state, err := first.State(t.Context()); err != nil || !state.Running {
				t.Errorf("the first sandbox has gone with the second: %+v, %v", state, err)
			}
		})
		t.Run("user namespace", func(t *testing.T) {
			sandbox, err := e.Probe().Start(t.Context(), engine.Pod{UserNamespace: true})
			if errors.As(err, new(*engine.UnsupportedError)) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer sandbox.Remove(e.Alive())
			if text := strings.Join(strings.Fields(of(t, sandbox, "uid_map")), " "); !strings.HasPrefix(text, "0 1048576 65536") {
				t.Errorf("uid_map %q", text)
			}
			container, err := sandbox.Join(t.Context(), engine.Shared)
			if errors.As(err, new(*engine.UnsupportedError)) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if init, err := client.New(container.Stream()).Init(t.Context()); err != nil || init.ID != 1 {
				t.Errorf("PID 1 is %+v, %v", init, err)
			}
		})
	})
}

// sysctl reads a sysctl of the sandbox's network namespace, which only a thread in it
// sees. The thread ends with its goroutine.
func sysctl(t *testing.T, sandbox engine.Sandbox, name string) string {
	t.Helper()
	state, err := sandbox.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	values := make(chan string)
	go func() {
		defer close(values)
		runtime.LockOSThread()
		namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", state.PID))
		if err != nil {
			return
		}
		defer namespace.Close()
		if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err == nil {
			value, _ := os.ReadFile("/proc/sys/" + name)
			values <- strings.TrimSpace(string(value))
		}
	}()
	return <-values
}

// runtimesNetwork is the network namespace of the instance.
func runtimesNetwork(t *testing.T, e *Engine) (link string) {
	t.Helper()
	err := e.namespaces.Do(func() (err error) {
		link, err = os.Readlink("/proc/thread-self/ns/net")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestWhatTheCRICannotDoIsUnsupported(t *testing.T) {
	e := connect(t)
	first := startSandbox(t, e, engine.Pod{})
	for name, pod := range map[string]engine.Pod{
		"user by name":                    {User: "nobody"},
		"id beyond 31 bits":               {User: "2147483648"},
		"limit below the runtime's needs": {PIDsLimit: 1, MemoryLimit: 6 << 20},
	} {
		if _, err := e.Probe().Start(t.Context(), pod); !errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := first.Output(t.Context()); !errors.As(err, new(*engine.UnsupportedError)) {
		t.Errorf("output: %v", err)
	}
	if _, err := e.Configured(t.Context()); !errors.As(err, new(*engine.UnsupportedError)) {
		t.Errorf("configured: %v", err)
	}
}

func TestNothingOfAPodIsOnTheHost(t *testing.T) {
	e := connect(t)
	mounts := host(t, "ns/mnt")
	sandbox := startSandbox(t, e, engine.Pod{})
	join(t, sandbox, engine.Shared)
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(table), e.paths.directory) || host(t, "ns/mnt") != mounts {
		t.Error("a mount of the instance is on the host")
	}
	if runtimesNetwork(t, e) == host(t, "ns/net") {
		t.Error("the instance is in the host's network")
	}
	entries, err := os.ReadDir(e.paths.private)
	if err != nil || len(entries) > 0 {
		t.Errorf("containerd's files are on the host: %v, %v", entries, err)
	}
}
