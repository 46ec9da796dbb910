// Package daemon runs servers from Debian's packages for as long as a test runs.
package daemon

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Start runs the program until the end of the test, and returns when ready
// returns nil. The test shows what the program printed if it fails, and is
// skipped where the program, which names its package, is not installed.
func Start(t *testing.T, ready func() error, program string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %[1]s: apt-get install %[1]s", program)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, program, args...)
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	server.WaitDelay = 10 * time.Second
	var output strings.Builder
	server.Stderr = &output
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		server.Wait()
		if t.Failed() {
			t.Logf("%s printed:\n%s", program, &output)
		}
	})
	Eventually(t, ready)
}

// Eventually waits until the condition is nil, and fails the test with its last
// error after 30 seconds.
func Eventually(t *testing.T, condition func() error) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := condition()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
