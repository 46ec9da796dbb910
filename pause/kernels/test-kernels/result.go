package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/podsandbox/pause/pause/kernels"
	"github.com/podsandbox/pause/pause/kernels/debian"
)

// result is the outcome of one target.
type result struct {
	target  debian.Target
	machine kernels.Result

	passed, failed, skipped int64

	// skip is the reason why no machine ran.
	skip error

	// err is the reason why the tests did not run to their end.
	err error

	// seconds is the time that the machine took.
	seconds time.Duration
}

// ok tells whether the tests ran and passed. A run without a passing test is no success.
func (r result) ok() bool {
	return r.skip == nil && r.err == nil && r.failed == 0 && r.passed > 0 && r.machine.Status == 0
}

func (r result) name() string {
	return fmt.Sprintf("%s, pages of %s", r.target.Platform, pages(r.target.PageSize))
}

func pages(size int) string { return fmt.Sprintf("%d KiB", size/1024) }

func printTable(w io.Writer, results []result) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLATFORM\tKERNEL\tPAGES\tPASSED\tFAILED\tSKIPPED\tSECONDS\tCPU\t")
	for _, r := range results {
		switch {
		case r.skip != nil:
			fmt.Fprintf(table, "%s\tSKIPPED\t%s\t-\t-\t-\t-\t-\t%v\n", r.target.Platform, pages(r.target.PageSize), r.skip)
			continue
		case r.err != nil:
			fmt.Fprintf(table, "%s\tERROR\t%s\t%d\t%d\t%d\t%.0f\t%.0f\t%v\n", r.target.Platform, pages(r.target.PageSize), r.passed, r.failed, r.skipped, r.seconds.Seconds(), r.machine.CPUTime.Seconds(), r.err)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%d\t%.0f\t%.0f\t\n", r.target.Platform, r.machine.Kernel, pages(r.machine.PageSize), r.passed, r.failed, r.skipped, r.seconds.Seconds(), r.machine.CPUTime.Seconds())
	}
	table.Flush()
}
