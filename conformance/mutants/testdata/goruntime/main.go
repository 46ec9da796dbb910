// Command goruntime is a pause with the ordinary Go runtime, which takes every
// signal so that none is left to kill it.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

func main() {
	if slices.Contains(os.Args[1:], "-v") {
		fmt.Println("goruntime")
		return
	}
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "goruntime: not PID 1")
	}
	signals := make(chan os.Signal, 1024)
	signal.Notify(signals)
	for {
		for {
			if id, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); id <= 0 && err != syscall.EINTR {
				break
			}
		}
		if received := <-signals; received == syscall.SIGINT || received == syscall.SIGTERM {
			return
		}
	}
}
