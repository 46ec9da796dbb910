package oci

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/engine"
)

// status returns fields of the sandbox's /proc/PID/status, as the host sees it.
func status(t *testing.T, s *sandbox) map[string]string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid()))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		fields[name] = strings.Join(strings.Fields(value), " ")
	}
	return fields
}

func remove(t *testing.T, s *sandbox) *sandbox {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Remove(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestPodIsTheStrictestUnlessItSaysOtherwise(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		image := pause(t, e)
		for name, test := range map[string]struct {
			pod    engine.Pod
			status map[string]string
			root   string // mount options of the root file system
		}{
			"zero":       {engine.Pod{}, map[string]string{"NoNewPrivs": "1", "Seccomp": "2", "CapBnd": "0000000000000000", "CapEff": "0000000000000000", "Uid": "65535 65535 65535 65535"}, "ro"},
			"user":       {engine.Pod{User: "4321:0"}, map[string]string{"Uid": "4321 4321 4321 4321", "Gid": "0 0 0 0"}, "ro"},
			"privileges": {engine.Pod{Privileges: true, User: "0"}, map[string]string{"NoNewPrivs": "0", "CapEff": "00000000a80425fb"}, "ro"},
			"writable":   {engine.Pod{WritableRoot: true}, map[string]string{"NoNewPrivs": "1"}, "rw"},
		} {
			t.Run(name, func(t *testing.T) {
				s := remove(t, start(t, image, test.pod))
				got := status(t, s)
				for field, want := range test.status {
					if got[field] != want {
						t.Errorf("%s is %q, want %q", field, got[field], want)
					}
				}
				table, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", s.pid()))
				if err != nil || !strings.Contains(string(table), " / "+test.root+",") {
					t.Errorf("root is not %s: %s, %v", test.root, table, err)
				}
			})
		}
	})
}

func TestUserNamespaceMapsIDs(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		s := remove(t, start(t, pause(t, e), engine.Pod{UserNamespace: true, Network: engine.PodNetwork}))
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/uid_map", s.pid()))
		if got := strings.Join(strings.Fields(string(text)), " "); err != nil || got != "0 1073741824 65536" {
			t.Errorf("uid_map %q, %v", got, err)
		}
		if first, err := join(t, s).Init(t.Context()); err != nil || first.Name != "pause" {
			t.Errorf("PID 1 is %+v, %v", first, err)
		}
	})
}

func TestSysctlsAreThePods(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		s := remove(t, start(t, pause(t, e), engine.Pod{Sysctls: map[string]string{"net.ipv4.ip_default_ttl": "77"}}))
		table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/snmp", s.pid()))
		if err != nil || !regexp.MustCompile(`\nIp: \d 77 `).Match(table) {
			t.Errorf("%.300s, %v", table, err)
		}
	})
}

func TestLimitsAreTheCgroups(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		if e.cgroup.Version() != "1" {
			t.Skip("names of files are those of cgroups version 1")
		}
		image := pause(t, e)
		for file, want := range map[string]int64{
			"pids" + cgroupOf(e.run) + "/pids.max":                engine.RunPIDsLimit,
			"memory" + cgroupOf(e.run) + "/memory.limit_in_bytes": engine.RunMemoryLimit,
		} {
			value, err := os.ReadFile("/sys/fs/cgroup/" + file)
			if got := strings.TrimSpace(string(value)); err != nil || got != fmt.Sprint(want) {
				t.Errorf("%s of the run is %s, %v, want %d", file, got, err, want)
			}
		}
		for _, pod := range []engine.Pod{{}, {Dense: true}, {PIDsLimit: 7, MemoryLimit: 32 << 20}} {
			pids, memory := pod.Limits()
			s := remove(t, start(t, image, pod))
			for file, want := range map[string]int64{
				"pids/pids.max":                pids,
				"memory/memory.limit_in_bytes": memory,
				"cpu/cpu.shares":               sandboxShares,
			} {
				controller, name, _ := strings.Cut(file, "/")
				value, err := os.ReadFile("/sys/fs/cgroup/" + controller + s.spec.Linux.CgroupsPath + "/" + name)
				if got := strings.TrimSpace(string(value)); err != nil || got != fmt.Sprint(want) {
					t.Errorf("%s is %s, %v, want %d", file, got, err, want)
				}
			}
		}
	})
}

func TestImpossiblePodsAreUnsupported(t *testing.T) {
	for name, pod := range map[string]engine.Pod{
		"user namespace and the host's PIDs":      {UserNamespace: true, HostPIDs: true},
		"user namespace and the host's network":   {UserNamespace: true, Network: engine.HostNetwork},
		"name of its own in the host's namespace": {Hostname: "pod", Network: engine.HostNetwork},
	} {
		if err := possible(pod); !errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
