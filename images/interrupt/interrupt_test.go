package interrupt_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/podsandbox/pause/images/interrupt"
)

func TestEachSignalThatAsksForAnEndEndsTheContext(t *testing.T) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // the tests run under nohup(1) as well
	for _, asks := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		ctx, stop := interrupt.Context()
		send(t, asks)
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
			t.Errorf("%s does not end it", asks)
		}
		stop()
	}
}

func TestNohupKeepsACommandRunning(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	ctx, stop := interrupt.Context()
	defer stop()
	send(t, syscall.SIGHUP)
	if !signal.Ignored(syscall.SIGHUP) || ctx.Err() != nil {
		t.Error("SIGHUP is not ignored any more")
	}
}

func send(t *testing.T, number syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(syscall.Getpid(), number); err != nil {
		t.Fatal(err)
	}
}
