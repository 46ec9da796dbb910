package oci

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

func TestNetworkOfAPod(t *testing.T) {
	host, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	onEach(t, func(t *testing.T, e *Engine) {
		image := pause(t, e)
		earlier := map[string]bool{}
		for _, network := range []engine.Network{engine.NoNetwork, engine.PodNetwork, engine.PodNetwork, engine.HostNetwork} {
			client := join(t, remove(t, start(t, image, engine.Pod{Network: network})))
			namespace, err := client.Namespace(t.Context(), "net")
			if err != nil || (namespace == host) != (network == engine.HostNetwork) {
				t.Errorf("network %d: in %s, %v; the host is in %s", network, namespace, err, host)
			}
			addresses, err := client.Addresses(t.Context())
			own := slices.DeleteFunc(addresses, func(address string) bool {
				prefix := netip.MustParsePrefix(address)
				return prefix.Addr().IsLoopback() || prefix.Addr().IsLinkLocalUnicast()
			})
			if network != engine.HostNetwork && (err != nil || len(own) != int(network) || len(own) == 1 && earlier[own[0]]) {
				t.Errorf("network %d: addresses %v, %v", network, own, err)
			}
			if err := errors.Join(client.Listen(t.Context(), 45678), client.Dial(t.Context(), 45678)); err != nil && network != engine.HostNetwork {
				t.Errorf("network %d: localhost: %v", network, err)
			}
			for _, address := range own {
				earlier[address] = true
			}
		}
	})
}

func TestNamespacesOfAPod(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		image := pause(t, e)
		first := remove(t, start(t, image, engine.Pod{}))
		of := func(s *sandbox, kind string) string {
			target, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", s.pid(), kind))
			if err != nil {
				t.Fatal(err)
			}
			return target
		}
		host := func(kind string) string {
			target, _ := os.Readlink("/proc/self/ns/" + kind)
			return target
		}
		for _, kind := range []string{"net", "pid", "ipc", "uts", "mnt"} {
			if of(first, kind) == host(kind) {
				t.Errorf("%s is the host's", kind)
			}
		}
		if s := remove(t, start(t, image, engine.Pod{HostPIDs: true})); of(s, "pid") != host("pid") || of(s, "ipc") == host("ipc") {
			t.Error("not in the host's PID namespace alone")
		}
		if s := remove(t, start(t, image, engine.Pod{HostIPC: true})); of(s, "ipc") != host("ipc") || of(s, "pid") == host("pid") {
			t.Error("not in the host's IPC namespace alone")
		}
		s := remove(t, start(t, image, engine.Pod{PIDsOf: first}))
		if of(s, "pid") != of(first, "pid") || of(s, "net") == of(first, "net") {
			t.Error("not in the other sandbox's PID namespace alone")
		}
		if err := s.Signal(t.Context(), unix.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if exit, err := s.Wait(within(t, 5*time.Second)); err != nil {
			t.Errorf("exit %+v, %v", exit, err)
		}
	})
}
