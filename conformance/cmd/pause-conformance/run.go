package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
)

func judge(ctx context.Context, args []string) error {
	config := conformance.Config{Suite: version}
	flags := flag.NewFlagSet("pause-conformance run", flag.ContinueOnError)
	reportDir := define(flags, &config)
	images, err := parse(flags, args)
	if err != nil {
		return err
	}
	config.Images = images
	if config.Seed == 0 {
		config.Seed = time.Now().UnixNano()
		args = append(args, fmt.Sprintf("--seed=%d", config.Seed)) // the last one counts
	}
	config.Command = reproduction(args)
	if err := report.Clear(*reportDir); err != nil {
		return misused{err}
	}
	progress := newProgress(os.Stderr)
	config.Progress = progress.show
	found, err := conformance.Run(ctx, config)
	progress.clear()
	if err != nil && (len(found.Subjects) == 0 || ctx.Err() != nil) {
		return err
	}
	none := nothingJudged(found)
	if none == nil {
		style := report.Style{Width: width(os.Stdout), Color: colorful(os.Stdout), ASCII: !isTerminal(os.Stdout)}
		err = errors.Join(found.Table(os.Stdout, style), err)
	}
	if err = errors.Join(none, write(found, *reportDir), err); err != nil && found.ExitCode() == report.ExitConformant {
		return err
	}
	return verdict{found.ExitCode(), err}
}

// write writes the report's files where there is a directory for them.
func write(found report.Report, reportDir string) error {
	if reportDir == "" {
		return nil
	}
	files, err := report.WriteFiles(reportDir, found)
	if err == nil {
		fmt.Printf("\nReports: %s\n", strings.Join(files, ", "))
	}
	return err
}

// nothingJudged is an error where no requirement of any image was judged: there is
// no table to show then.
func nothingJudged(found report.Report) error {
	var reasons []error
	for _, subject := range found.Subjects {
		if len(subject.Results) > 0 {
			return nil
		}
		reasons = append(reasons, errors.New(subject.Reason))
	}
	return errors.Join(reasons...)
}

func define(flags *flag.FlagSet, config *conformance.Config) (reportDir *string) {
	flags.Func("platform", "comma-separated `PLATFORMS` (default linux/amd64 and linux/arm64, as far as image and host have them)",
		func(value string) error { return split(value, &config.Platforms) })
	flags.StringVar((*string)(&config.Profile), "profile", string(conformance.Full),
		"`PROFILE`: core (every MUST), full, or static (no engine; partial at best)")
	flags.StringVar((*string)(&config.Engine), "engine", string(conformance.Docker), "`ENGINE`: docker, containerd (of the suite's own), or cri (a node's runtime)")
	flags.StringVar(&config.CRIEndpoint, "cri-endpoint", "", "`SOCKET` of a node's runtime for the engine cri, such as unix:///run/containerd/containerd.sock")
	flags.StringVar(&config.Runtime, "runtime", "", "OCI `RUNTIME` of the engine, such as crun (default the engine's own)")
	flags.Func("entrypoint", "`COMMAND` to run instead of the image's entry point, split at spaces",
		func(value string) error { config.Entrypoint = strings.Fields(value); return nil })
	flags.StringVar(&config.User, "user", "", "`USER[:GROUP]` to run as instead of the image's user")
	flags.Func("without", "comma-separated `FEATURES` that the image is declared to lack; see list",
		func(value string) error { return split(value, &config.Without) })
	flags.Func("only", "comma-separated `IDS` to judge alone; the verdict is partial", func(value string) error { return split(value, &config.Only) })
	flags.Func("skip", "comma-separated `IDS` to leave out; the verdict is partial", func(value string) error { return split(value, &config.Skip) })
	flags.Func("size-budget", "`COMPRESSED,UNCOMPRESSED` size of the image in bytes (default 524288,1048576)", func(value string) error {
		var rest string
		n, err := fmt.Sscanf(value+"\n", "%d,%d%s\n", &config.CompressedBudget, &config.UncompressedBudget, &rest)
		if n != 2 || config.CompressedBudget <= 0 || config.UncompressedBudget <= 0 {
			return fmt.Errorf("want two numbers of bytes, such as 524288,1048576: %w", cmp.Or(err, io.ErrUnexpectedEOF))
		}
		return nil
	})
	flags.DurationVar(&config.Timeout, "timeout", 5*time.Minute, "`TIME` that a requirement may take before it counts as an error")
	flags.Int64Var(&config.Seed, "seed", 0, "`SEED` of random choices (default the time)")
	flags.BoolVar(&config.Verbose, "verbose", false, "show Ginkgo's own account of the specs on standard error")
	return flags.String("report-dir", "", "`DIR` to write report.json, junit.xml, report.md and report.html to")
}

// split adds the comma-separated parts of a flag's value to a list.
func split[T ~string](value string, list *[]T) error {
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*list = append(*list, T(part))
		}
	}
	return nil
}

// reproduction is the command line that makes the same run again.
func reproduction(args []string) string {
	var command []string
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		command = []string{"DOCKER_HOST=" + quoted(host)}
	}
	command = append(command, quoted(os.Args[0]), "run")
	for _, arg := range args {
		command = append(command, quoted(arg))
	}
	return strings.Join(command, " ")
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
