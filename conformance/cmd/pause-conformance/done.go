package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/conformance/report"
)

// checkDoneFile refuses a done file that would name no report, and removes an earlier one.
func (o *options) checkDoneFile() error {
	if o.doneFile == "" {
		return nil
	}
	if o.reportDir == "" {
		return usageErrorf("--done-file names the report in --report-dir: give that as well")
	}
	if err := os.Remove(o.doneFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("remove an earlier done file: %w", err)}
	}
	return nil
}

// untested is what the report is of where there is none: whoever waits for the done file learns
// why.
func (o *options) untested(err error) report.Subject {
	return report.Subject{Image: cmp.Or(strings.Join(o.config.Images, " "), "the node"), Verdict: report.Untested, Reason: err.Error()}
}

// announceReport writes the path of the JUnit report to the done file, which is what
// Sonobuoy's worker waits for, and then waits for a signal. A DaemonSet starts
// again a container that ends, and would judge the node again.
func (o *options) announceReport(ctx context.Context) error {
	if o.doneFile == "" {
		return nil
	}
	if err := report.WriteWhole(o.doneFile, []byte(filepath.Join(o.reportDir, "junit.xml"))); err != nil {
		return fmt.Errorf("write the done file: %w", err)
	}
	<-ctx.Done()
	return nil
}
