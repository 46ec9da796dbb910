package oci

import (
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// interfaceName is that of a pod's interface, as CNI plugins have it.
const interfaceName = "eth0"

// firstAddress is where the addresses of pods begin. The range is for tests between
// networks (RFC 2544), and each pod's network ends at its namespace.
var firstAddress = netip.MustParseAddr("198.18.0.1")

// setUpNetwork sets the loopback interface of the process's network namespace up, and
// gives the pod an interface with the address, unless it is the zero one. It is for the
// launcher's thread, which it takes into the namespace and back.
func setUpNetwork(pid int, address netip.Addr) (err error) {
	host, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer host.Close()
	namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return err
	}
	defer namespace.Close()
	if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter the network namespace: %w", err)
	}
	defer func() {
		if back := unix.Setns(int(host.Fd()), unix.CLONE_NEWNET); back != nil {
			err = &engine.LostError{Err: fmt.Errorf("go back to the host's network namespace: %w", back)}
		}
	}()
	return setUpInterfaces(address)
}

func setUpInterfaces(address netip.Addr) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	defer unix.Close(socket)
	if err := setUp(socket, "lo"); err != nil || !address.IsValid() {
		return err
	}
	kind, err := makeInterface(interfaceName)
	if err != nil {
		return err
	}
	if err := setAddress(socket, interfaceName, address); err != nil {
		return err
	}
	if kind == "veth" {
		// The kernel names the other end, which has to be up for a link.
		if err := setUp(socket, "veth0"); err != nil {
			return err
		}
	}
	return setUp(socket, interfaceName)
}

func setUp(socket int, name string) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, request); err != nil {
		return fmt.Errorf("interface %s: %w", name, err)
	}
	request.SetUint16(request.Uint16() | unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("set interface %s up: %w", name, err)
	}
	return nil
}

func setAddress(socket int, name string, address netip.Addr) error {
	for _, setting := range []struct {
		request uint
		value   netip.Addr
	}{{unix.SIOCSIFADDR, address}, {unix.SIOCSIFNETMASK, netip.AddrFrom4([4]byte{255, 254, 0, 0})}} {
		request, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		if err := request.SetInet4Addr(setting.value.AsSlice()); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(socket, setting.request, request); err != nil {
			return fmt.Errorf("interface %s: set the address %s: %w", name, address, err)
		}
	}
	return nil
}

// makeInterface makes an interface of the first kind that the kernel has. Both ends of
// a veth pair are in the pod, so that the host gets no interface.
func makeInterface(name string) (kind string, err error) {
	for _, kind := range []string{"veth", "dummy"} {
		if err = requestLink(name, kind); err == nil {
			return kind, nil
		}
	}
	return "", engine.Unsupported("the kernel makes no interface for a pod, neither veth nor dummy: %v", err)
}
