package main

import (
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"
)

// relay is a connection to the engine that a test can break.
func relay(t *testing.T) (socket string, lose func()) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "engine.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var open []net.Conn
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", "/var/run/docker.sock")
			if err != nil {
				near.Close()
				continue
			}
			mutex.Lock()
			open = append(open, near, far)
			mutex.Unlock()
			go func() { _, _ = io.Copy(far, near); far.(*net.UnixConn).CloseWrite() }()
			go func() { _, _ = io.Copy(near, far); near.(*net.UnixConn).CloseWrite() }()
		}
	}()
	return socket, func() {
		listener.Close()
		mutex.Lock()
		defer mutex.Unlock()
		for _, connection := range open {
			connection.Close()
		}
	}
}
