package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// options are those of run.
type options struct {
	config    conformance.Config
	reportDir string
	doneFile  string
	output    string
	quiet     bool
}

func (o *options) define(command *cobra.Command) {
	flags, config := command.Flags(), &o.config
	flags.SortFlags = false

	list(flags, "platform", &config.Platforms, "comma-separated `PLATFORMS` (default those of linux/amd64 and linux/arm64 that the image has and the host does not emulate)")
	flags.StringVar((*string)(&config.Profile), "profile", string(conformance.Full), "`PROFILE`: core (every MUST), full, or static (no engine; partial at best)")
	list(flags, "only", &config.Only, "comma-separated `IDS` or chapters (SIG) to judge alone; the verdict is partial")
	list(flags, "skip", &config.Skip, "comma-separated `IDS` or chapters to leave out; the verdict is partial")
	list(flags, "without", &config.Without, "comma-separated `FEATURES` that the image is declared to lack; see list features")
	flags.BoolVar(&config.NoHostNetwork, "no-host-network", false, "never run the image in the host's network namespace; the verdict is partial")

	flags.StringVar((*string)(&config.Engine), "engine", string(conformance.Docker), "`ENGINE` that runs the sandboxes; see list engines")
	flags.StringVar(&config.Runtime, "runtime", "", "OCI `RUNTIME` of the engine: its name or path (default the engine's own)")
	flags.StringVar(&config.Endpoint, "cri-endpoint", "", "`SOCKET` of the engine cri, such as unix:///run/containerd/containerd.sock")
	flags.StringVar(&config.Pod, "cri-pod", "", "`UID` of the kubelet's pod that this command runs in: the engine cri judges in it, beside a kubelet that runs")
	flags.StringVar(&config.Kernel, "kernel", "", "`FILE` of the kernel of the engine machine (default Debian's, which is fetched)")
	flags.StringVar(&config.Program, "program", "", "`FILE` of pause-conformance for the platform of the engine machine (default beside this one)")
	flags.StringVar(&config.CA, "ca", "", "PEM `FILE` of certificate authorities to trust beside the system's")

	flags.Func("entrypoint", "`COMMAND` to run in place of the image's entry point, split at spaces",
		func(value string) error { config.Entrypoint = strings.Fields(value); return nil })
	flags.StringVar(&config.User, "user", "", "`USER[:GROUP]` to run as in place of the image's user")
	flags.Func("size-budget", "`SIZES` that the image may have in bytes, COMPRESSED,UNCOMPRESSED (default 524288,1048576)", o.setBudget)
	flags.DurationVar(&config.Timeout, "timeout", 5*time.Minute, "`TIME` that a requirement may take, besides --soak, before it counts as an error")
	flags.DurationVar(&config.Soak, "soak", 0, "`TIME` for which one sandbox is used before it is looked at last")
	flags.Int64Var(&config.Seed, "seed", 0, "`SEED` of random choices (default the time)")

	flags.StringVar(&o.output, "output", "", "`FORM` of a report on standard output: json, junit, markdown or html; the table goes to standard error")
	flags.StringVar(&o.reportDir, "report-dir", "", "`DIR` to write report.json, junit.xml, report.md and report.html to")
	flags.StringVar(&o.doneFile, "done-file", "", "`FILE` to write the path of junit.xml to, after which the command waits for a signal, as a pod of a DaemonSet does")
	flags.BoolVar(&o.quiet, "quiet", false, "print no progress and no table")
	flags.BoolVar(&config.Verbose, "verbose", false, "show Ginkgo's own account of the specs on standard error")
	flags.Func("fail-on", "lowest `LEVEL` whose failure fails the run: must or should (default must)",
		func(value string) error { config.FailOn = requirement.Level(strings.ToUpper(value)); return nil })
	flags.BoolVar(&config.AllowPartial, "allow-partial", false, "end with 0 where the verdict is partial")
	complete(command)
}

// complete sets what the shell completes for flags with known values.
func complete(command *cobra.Command) {
	completions := map[string][]string{
		"profile": {string(conformance.Core), string(conformance.Full), string(conformance.Static)},
		"fail-on": {"must", "should"},
	}
	for _, form := range report.Forms() {
		completions["output"] = append(completions["output"], form.Name)
	}
	for _, engine := range conformance.Engines() {
		completions["engine"] = append(completions["engine"], string(engine.Name))
	}
	for _, feature := range requirement.Features() {
		completions["without"] = append(completions["without"], string(feature))
	}
	for flag, words := range completions {
		_ = command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	for _, flag := range []string{"only", "skip"} {
		_ = command.RegisterFlagCompletionFunc(flag, completeIDs)
	}
}

func (o *options) setBudget(value string) error {
	first, second, _ := strings.Cut(value, ",")
	compressed, err := strconv.ParseInt(first, 10, 64)
	uncompressed, otherErr := strconv.ParseInt(second, 10, 64)
	if err != nil || otherErr != nil || compressed <= 0 || uncompressed <= 0 {
		return errors.New("want two numbers of bytes that are greater than 0, such as 524288,1048576")
	}
	o.config.CompressedBudget, o.config.UncompressedBudget = compressed, uncompressed
	return nil
}

// list defines a flag that adds the comma-separated parts of its values to a list.
func list[T ~string](flags *pflag.FlagSet, name string, values *[]T, usage string) {
	flags.Func(name, usage, func(value string) error {
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*values = append(*values, T(part))
			}
		}
		return nil
	})
}
