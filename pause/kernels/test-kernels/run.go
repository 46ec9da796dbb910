package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/podsandbox/pause/pause/kernels"
	"github.com/podsandbox/pause/pause/kernels/debian"
)

const (
	// timeout is by the machine's clock, which stands still while the machine is
	// idle or starved.
	timeout = 10 * time.Minute

	// cpuTime is ten times what a machine takes on a quiet processor.
	cpuTime = 15 * time.Minute

	progressInterval = 15 * time.Second
)

// runAll runs the targets, some side by side, and returns their results in the
// order of the targets.
func runAll(ctx context.Context, o options, work string) []result {
	results := make([]result, len(o.targets))
	slots := make(chan struct{}, o.jobs)
	var group sync.WaitGroup
	for i, target := range o.targets {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			results[i] = runTarget(ctx, o, target, filepath.Join(work, fmt.Sprint(i)))
			progress(results[i].name(), "done: %s", outcome(results[i]))
		})
	}
	group.Wait()
	return results
}

func runTarget(ctx context.Context, o options, target debian.Target, work string) result {
	r := result{target: target}
	machine, err := machineOf(ctx, o, target)
	if err != nil {
		r.skip = err
		return r
	}
	if r.err = os.Mkdir(work, 0o755); r.err != nil {
		return r
	}
	progress(r.name(), "building")
	programs, err := build(ctx, work, target.Platform)
	if err != nil {
		r.err = err
		return r
	}
	tests, err := startTestRun(ctx)
	if err != nil {
		r.err = err
		return r
	}
	machine.Init, machine.Stdout, machine.Stderr, machine.CPUTime = programs.init, tests.stdin, tests.stdin, cpuTime
	stop := reportProgress(r.name(), tests)
	begin := time.Now()
	r.machine, r.err = machine.Run(ctx, programs.files(), o.command())
	r.seconds = time.Since(begin)
	stop()
	if err := tests.close(); r.err == nil {
		r.err = err
	}
	r.passed, r.failed, r.skipped = tests.passed.Load(), tests.failed.Load(), tests.skipped.Load()
	if !r.ok() {
		fmt.Fprintf(os.Stderr, "%s:\n%s", r.name(), tests.failures.String())
	}
	if r.err == nil && r.machine.PageSize != target.PageSize && o.kernels[target.Platform] == "" {
		r.err = fmt.Errorf("the kernel has pages of %s", pages(r.machine.PageSize))
	}
	return r
}

func machineOf(ctx context.Context, o options, target debian.Target) (kernels.Machine, error) {
	if file := o.kernels[target.Platform]; file != "" {
		return kernels.Machine{Platform: target.Platform, Kernel: file}, nil
	}
	progress(result{target: target}.name(), "fetching")
	return target.Machine(ctx, o.cache)
}

// The program lies in a directory of its own, since a test mounts over it.
const (
	programPath = "/pause/program/pause"
	testsPath   = "/pause/pause.test"
	workPath    = "/pause/work"
)

func (b binaries) files() []kernels.File {
	return []kernels.File{
		{Name: programPath, Mode: 0o555, Content: b.program},
		{Name: testsPath, Mode: 0o555, Content: b.tests},
		{Name: workPath, Mode: fs.ModeDir | 0o755},
	}
}

func (o options) command() kernels.Command {
	return kernels.Command{
		Path:    testsPath,
		Args:    []string{testsPath, "-test.v=test2json", "-test.run=" + o.tests},
		Env:     []string{"PATH=/pause", "PAUSE_TEST_PROGRAM=" + programPath},
		Dir:     workPath,
		Timeout: timeout,
	}
}
