// Package interrupt tells a command that its user wants it to end.
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Context returns a context that ends on SIGINT and SIGQUIT, which a terminal's keys send, on SIGTERM, and
// on SIGHUP, which comes when a terminal is closed. Under nohup(1), which ignores SIGHUP, the
// command goes on.
func Context() (ctx context.Context, stop context.CancelFunc) {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), signals...)
}
