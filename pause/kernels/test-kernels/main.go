// Command test-kernels runs the tests of pause on a real kernel of each platform,
// in virtual machines. It exits with 0 when all passed, 1 when a test failed, 2 when
// the command line cannot be used, and 3 when a platform was left out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/podsandbox/pause/images/interrupt"
	"github.com/podsandbox/pause/pause/kernels/debian"
)

const (
	exitFailed  = 1
	exitUsage   = 2
	exitSkipped = 3
)

func main() {
	ctx, stop := interrupt.Context()
	defer stop()
	code, err := run(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "test-kernels:", err)
	}
	os.Exit(code)
}

func run(ctx context.Context, args []string) (int, error) {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return 0, nil
	}
	if err != nil {
		return exitUsage, err
	}
	work, err := os.MkdirTemp("", "test-kernels-")
	if err != nil {
		return exitFailed, err
	}
	defer os.RemoveAll(work)
	results := runAll(ctx, o, work)
	if err := ctx.Err(); err != nil {
		return exitFailed, err
	}
	printTable(os.Stdout, results)
	code := 0
	for _, result := range results {
		switch {
		case !result.ok() && result.skip == nil:
			return exitFailed, errors.New("tests failed: the lines above have their output")
		case result.skip != nil:
			code = exitSkipped
		}
	}
	return code, nil
}

// options is the command line.
type options struct {
	targets []debian.Target
	cache   debian.Cache
	kernels map[string]string
	tests   string
	jobs    int
}

func parse(args []string) (options, error) {
	var (
		o         = options{kernels: map[string]string{}}
		platforms string
	)
	flags := flag.NewFlagSet("test-kernels", flag.ContinueOnError)
	flags.StringVar(&platforms, "platform", "", "platforms, separated by commas (default all)")
	flags.StringVar(&o.cache.Dir, "cache", "", "directory for downloads (default pause-kernels in the user's cache directory)")
	flags.StringVar(&o.cache.Mirror, "mirror", debian.Mirror, "mirror of Debian")
	flags.StringVar(&o.tests, "run", "", "tests to run, as go test takes them (default all)")
	flags.IntVar(&o.jobs, "jobs", 2, "machines side by side")
	flags.Func("kernel", "`PLATFORM=FILE`: a kernel that is not fetched; repeatable", func(value string) error {
		platform, file, ok := strings.Cut(value, "=")
		if !ok {
			return errors.New("want PLATFORM=FILE")
		}
		o.kernels[platform] = file
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.jobs < 1 {
		return o, fmt.Errorf("jobs %d: want at least 1", o.jobs)
	}
	if o.cache.Dir == "" {
		dir, err := debian.CacheDir()
		if err != nil {
			return o, fmt.Errorf("%w: name a directory with -cache", err)
		}
		o.cache.Dir = dir
	}
	var err error
	o.targets, err = choose(platforms)
	return o, err
}

func choose(platforms string) ([]debian.Target, error) {
	if platforms == "" {
		return debian.Targets, nil
	}
	var targets []debian.Target
	for _, platform := range strings.Split(platforms, ",") {
		before := len(targets)
		for _, target := range debian.Targets {
			if target.Platform == platform && !slices.Contains(targets, target) {
				targets = append(targets, target)
			}
		}
		if len(targets) == before {
			return nil, fmt.Errorf("platform %q: no kernel is known for it, or it is named twice", platform)
		}
	}
	return targets, nil
}
