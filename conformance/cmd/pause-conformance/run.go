package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/internal/spelling"
	"github.com/podsandbox/pause/conformance/report"
)

func newRun() *cobra.Command {
	o := options{config: conformance.Config{Suite: version}}
	run := &cobra.Command{
		Use:   "run [FLAGS] IMAGE…",
		Short: "Judge sandbox images",
		Long: `Judge sandbox images. IMAGE is a reference of the engine in reach or of a registry, or
oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG]. With --engine cri it
may be left out: the image is then the one that the node's runtime is configured for.`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, images []string) error {
			o.config.Images = images
			arguments := slices.Clone(os.Args)
			if !command.Flags().Changed("seed") {
				o.config.Seed = time.Now().UnixMicro() // below report.MaxSeed until 2255
				arguments = slices.Insert(arguments, slices.Index(arguments, "run")+1, fmt.Sprintf("--seed=%d", o.config.Seed))
			}
			o.config.Command = commandLine(arguments)
			return o.run(command.Context())
		},
	}
	o.define(run)
	return run
}

func (o *options) run(ctx context.Context) error {
	form, err := o.form()
	if err != nil {
		return err
	}
	if err := report.Clear(o.reportDir); err != nil {
		return usageError{err}
	}
	if err := o.checkDoneFile(); err != nil {
		return err
	}
	progress := newProgress(os.Stderr, o.quiet)
	o.config.Progress = progress.show
	stopNotice := context.AfterFunc(ctx, func() {
		progress.clear()
		printError(errors.New("interrupted, cleaning up"))
	})
	result, err := conformance.Run(ctx, o.config)
	stopNotice()
	progress.clear()
	if errors.Is(err, conformance.ErrInterrupted) {
		err = nil // the line above says so
	}
	if len(result.Subjects) == 0 && !result.Interrupted {
		if o.doneFile == "" || exitCode(err) == report.ExitUsage {
			return err
		}
		result.Subjects, err = []report.Subject{o.untested(err)}, nil
	}
	err = errors.Join(notJudged(result), o.show(result, form), err)
	err = errors.Join(err, o.announceReport(ctx))
	if code := result.ExitCode(); err == nil || code != report.ExitConformant {
		return exit{code, err}
	}
	return err
}

// form is the form of the report on standard output, and nil for none.
func (o *options) form() (*report.Form, error) {
	if o.output == "" {
		return nil, nil
	}
	var names []string
	for _, form := range report.Forms() {
		if form.Name == o.output {
			return &form, nil
		}
		names = append(names, form.Name)
	}
	return nil, usageErrorf("output %q: there are %s%s", o.output, strings.Join(names, ", "), spelling.Suggestion(o.output, names))
}

// show writes the report to standard output, to the terminal and to files.
func (o *options) show(result report.Report, form *report.Form) error {
	terminal, file := io.Writer(os.Stdout), os.Stdout
	if form != nil {
		terminal, file = os.Stderr, os.Stderr
	}
	if o.quiet {
		terminal = io.Discard
	}
	var errs []error
	if notJudged(result) == nil {
		errs = append(errs, result.Table(terminal, style(file)))
	}
	if form != nil {
		errs = append(errs, form.Write(result, os.Stdout))
	}
	if o.reportDir != "" {
		files, err := report.WriteFiles(o.reportDir, result)
		if err == nil {
			fmt.Fprintf(terminal, "\nReports: %s\n", strings.Join(files, ", "))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// notJudged is an error where no requirement of any image was judged. A table would
// be empty then.
func notJudged(result report.Report) error {
	var reasons []error
	for _, subject := range result.Subjects {
		if len(subject.Results) > 0 {
			return nil
		}
		reasons = append(reasons, errors.New(subject.Reason))
	}
	return errors.Join(reasons...)
}
