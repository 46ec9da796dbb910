package probe

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Address is one of an interface: the 4 or 16 bytes, and the length of the prefix in bits.
type Address struct {
	Bytes  []byte
	Prefix int
}

// Addresses lists the addresses of every interface.
func (*Probe) Addresses(_ None, addresses *[]Address) error {
	table, err := syscall.NetlinkRIB(unix.RTM_GETADDR, unix.AF_UNSPEC)
	if err != nil {
		return wrap("netlink RTM_GETADDR", err)
	}
	messages, err := syscall.ParseNetlinkMessage(table)
	if err != nil {
		return wrap("netlink RTM_GETADDR", err)
	}
	for _, message := range messages {
		if message.Header.Type != unix.RTM_NEWADDR {
			continue
		}
		attributes, err := syscall.ParseNetlinkRouteAttr(&message)
		if err != nil {
			return wrap("netlink RTM_NEWADDR", err)
		}
		const prefixLength = 1 // in struct ifaddrmsg, see rtnetlink(7)
		for _, attribute := range attributes {
			if attribute.Attr.Type == unix.IFA_ADDRESS {
				*addresses = append(*addresses, Address{attribute.Value, int(message.Data[prefixLength])})
			}
		}
	}
	return nil
}

// Listen listens on a TCP port of localhost until the probe ends, and greets
// whoever connects.
func (*Probe) Listen(port int, _ *None) error {
	listener, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return wrap("socket", err)
	}
	// A port that a closed connection has used is free, as package net has it.
	err = wrap("SO_REUSEADDR", unix.SetsockoptInt(listener, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
	if err == nil {
		err = wrap("bind", unix.Bind(listener, localhost(port)))
	}
	if err == nil {
		err = wrap("listen", unix.Listen(listener, unix.SOMAXCONN))
	}
	if err != nil {
		unix.Close(listener)
		return err
	}
	go greet(listener)
	return nil
}

func greet(listener int) {
	for {
		connection, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return
		}
		file := os.NewFile(uintptr(connection), "connection")
		_ = json.NewEncoder(file).Encode(greeting)
		file.Close()
	}
}

const greeting = "same pod"

// Dial is greeted by the probe that listens on the port of localhost.
func (*Probe) Dial(port int, _ *None) error {
	connection, err := connect(unix.AF_INET, localhost(port))
	if err != nil {
		return err
	}
	defer connection.Close()
	var greeted string
	if err := json.NewDecoder(connection).Decode(&greeted); err != nil || greeted != greeting {
		return fmt.Errorf("not greeted by the pod's other probe: %q, %v", greeted, err)
	}
	return nil
}

func localhost(port int) unix.Sockaddr {
	return &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
}

// connect opens a stream to the address.
func connect(family int, address unix.Sockaddr) (*os.File, error) {
	socket, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, wrap("socket", err)
	}
	if err := unix.Connect(socket, address); err != nil {
		unix.Close(socket)
		return nil, wrap("connect", err)
	}
	return os.NewFile(uintptr(socket), "socket"), nil
}
