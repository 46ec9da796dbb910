package probe

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// TakenPorts lists the TCP and UDP ports of the network namespace that a socket is bound
// to, listening or not: binding to each port tells, for the kernel's tables have no
// socket that is bound alone.
func (*Probe) TakenPorts(_ None, ports *[]string) error {
	if hasNoSocket() {
		return nil
	}
	for protocol, kind := range map[string]int{"tcp": unix.SOCK_STREAM, "udp": unix.SOCK_DGRAM} {
		for port := 1; port <= 65535; port++ {
			inUse, err := portInUse(kind, port)
			if err != nil {
				return fmt.Errorf("bind to %s port %d: %w", protocol, port, err)
			}
			if inUse {
				*ports = append(*ports, fmt.Sprintf("%s %d", protocol, port))
			}
		}
	}
	slices.Sort(*ports)
	return nil
}

// portInUse binds to the port of every address, IPv6 and IPv4.
func portInUse(kind, port int) (bool, error) {
	socket, err := unix.Socket(unix.AF_INET6, kind|unix.SOCK_CLOEXEC, 0)
	var address unix.Sockaddr = &unix.SockaddrInet6{Port: port}
	if errors.Is(err, syscall.EAFNOSUPPORT) {
		socket, err = unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC, 0)
		address = &unix.SockaddrInet4{Port: port}
	}
	if err != nil {
		return false, err
	}
	defer unix.Close(socket)
	err = unix.Bind(socket, address)
	if errors.Is(err, unix.EADDRINUSE) {
		return true, nil
	}
	return false, err
}

// closingTime is how long the kernel may take to free a netlink socket that was closed.
const closingTime = 200 * time.Millisecond

// hasNoSocket tells whether the network namespace has no socket at all, by the kernel's count
// (sockstat_seq_show of net/ipv4/proc.c). It spares binding to 131,070 ports.
func hasNoSocket() bool {
	for deadline := time.Now().Add(closingTime); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		counts, err := os.ReadFile("/proc/self/net/sockstat")
		if err != nil || bytes.HasPrefix(counts, []byte("sockets: used 0\n")) {
			return err == nil
		}
	}
	return false
}
