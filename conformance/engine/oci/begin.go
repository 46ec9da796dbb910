package oci

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

const (
	// firstSteps is the processor time that begin leaves the program, which is what
	// it has had in a pod of other engines by the time that they answer.
	firstSteps = 5 * time.Millisecond

	// firstStepsTimeout is how long a busy machine may take over that.
	firstStepsTimeout = 5 * time.Second
)

// begin starts the program. A runtime's start returns before the kernel executes the
// program, and until its first instructions PID 1 loses signals. So begin waits until
// the program sleeps, has had its first steps, or has ended.
func (b *bundle) begin(ctx context.Context) error {
	directory := fmt.Sprintf("/proc/%d/", b.current().pid)
	runtime, err := os.Stat(directory + "exe")
	if err != nil {
		return fmt.Errorf("look at the runtime's process: %w", err)
	}
	err = b.command(ctx, "start", func(ctx context.Context) error { return b.commands.Start(ctx, b.id) })
	if err != nil {
		return err
	}
	steps := -firstSteps // until the program is executed
	for deadline := time.Now().Add(firstStepsTimeout); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		program, err := os.Stat(directory + "exe")
		if err != nil {
			return nil // it has ended
		}
		if os.SameFile(runtime, program) {
			continue
		}
		now, asleep := processorTime(directory)
		if steps < 0 {
			steps = now
		}
		if asleep || now-steps >= firstSteps {
			return nil
		}
	}
	return nil
}

// processorTime returns what a process has used, and whether it sleeps, see
// proc_pid_schedstat(5) and proc_pid_stat(5). A kernel without schedstat tells none.
func processorTime(directory string) (total time.Duration, asleep bool) {
	schedule, _ := os.ReadFile(directory + "schedstat")
	_, _ = fmt.Sscan(string(schedule), (*int64)(&total))
	stat, _ := os.ReadFile(directory + "stat")
	_, fields, _ := strings.Cut(string(stat), ") ")
	return total, strings.HasPrefix(fields, "S")
}
