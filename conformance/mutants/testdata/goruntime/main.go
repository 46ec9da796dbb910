// Command goruntime is a pause with the ordinary Go runtime, which dies of some
// signals unless they are taken from it.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"unsafe"
)

const lastSignal = 64

func main() {
	if slices.Contains(os.Args[1:], "-v") {
		fmt.Println("goruntime")
		return
	}
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "goruntime: not PID 1")
	}
	own := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD}
	signals := make(chan os.Signal, len(own))
	signal.Notify(signals, own...)
	// Ignored, and not left to their default: the kernel spares PID 1 the default
	// only if its main thread does not block the signal, and under Go it may.
	ignored := [4]uintptr{1} // the kernel's struct sigaction, with SIG_IGN
	for number := syscall.Signal(1); number <= lastSignal; number++ {
		if !slices.Contains(own, os.Signal(number)) {
			syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(number), uintptr(unsafe.Pointer(&ignored)), 0, 8, 0, 0)
		}
	}
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
