package main

import (
	"fmt"
	"os"
	"time"
)

func progress(name, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s: %s\n", name, fmt.Sprintf(format, args...))
}

// reportProgress prints how far the tests are, until it is stopped.
func reportProgress(name string, tests *testRun) (stop func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for begin := time.Now(); ; {
			select {
			case <-done:
				return
			case <-ticker.C:
				progress(name, "running for %.0f s: %d passed, %d failed", time.Since(begin).Seconds(), tests.passed.Load(), tests.failed.Load())
			}
		}
	}()
	return func() { close(done) }
}

func outcome(r result) string {
	switch {
	case r.skip != nil:
		return "SKIPPED: " + r.skip.Error()
	case r.err != nil:
		return r.err.Error()
	}
	return fmt.Sprintf("%d passed, %d failed, %d skipped, in %.0f s", r.passed, r.failed, r.skipped, r.seconds.Seconds())
}
