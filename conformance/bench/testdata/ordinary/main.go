// Command ordinary is a pause as one writes it in Go without another thought:
// the bench shows what the Go runtime costs.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for {
		for {
			if id, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); id <= 0 && err != syscall.EINTR {
				break
			}
		}
		if received := <-signals; received != syscall.SIGCHLD {
			os.Stderr.WriteString("Shutting down, got signal: " + received.String() + "\n")
			return
		}
	}
}
