// Package thread runs functions on a thread that has namespaces of its own.
package thread

import (
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// Thread is a thread of this program. What it has for itself, such as namespaces, ends with it,
// or with the last process in it.
type Thread struct {
	calls chan func()
	Close func() // ends the thread
}

// Start starts a thread, where enter runs first. Start returns the error of enter, which has
// ended the thread then.
func Start(enter func() error) (*Thread, error) {
	calls := make(chan func())
	t := &Thread{calls, sync.OnceFunc(func() { close(calls) })}
	ready := make(chan error)
	go t.serve(ready, enter)
	if err := <-ready; err != nil {
		return nil, err
	}
	return t, nil
}

// serve takes a thread for good: it is never unlocked, so that it ends with the goroutine.
// The first thread of the process does not end, and its namespaces are what /proc/self shows.
func (t *Thread) serve(ready chan<- error, enter func() error) {
	runtime.LockOSThread()
	if unix.Gettid() == os.Getpid() {
		other := make(chan error)
		go t.serve(other, enter)
		ready <- <-other
		runtime.UnlockOSThread()
		return
	}
	err := enter()
	ready <- err
	if err != nil {
		return
	}
	for call := range t.calls {
		call()
	}
}

// Do calls the function on the thread. A process that it starts has the thread's namespaces, and
// for Pdeathsig its parent dies at Close.
func (t *Thread) Do(function func() error) error {
	result := make(chan error, 1)
	t.calls <- func() { result <- function() }
	return <-result
}
