package main

import (
	"flag"
	"fmt"
	"io"
)

const usage = `usage: bench [--rounds N] [--orphans N] [--spread] [--markdown]

  --rounds N    rounds, in each of which every program has its turn (default 5)
  --orphans N   orphans that each has to reap in all rounds together (default 20000)
  --spread      print the quartiles too
  --markdown    print Markdown
`

type options struct {
	rounds, orphans        int
	spread, markdown, help bool
}

type usageError string

func (e usageError) Error() string { return string(e) + "; see bench --help" }

func parse(args []string) (options, error) {
	var settings options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&settings.rounds, "rounds", 5, "")
	flags.IntVar(&settings.orphans, "orphans", 20000, "")
	flags.BoolVar(&settings.spread, "spread", false, "")
	flags.BoolVar(&settings.markdown, "markdown", false, "")
	err := flags.Parse(args)
	switch {
	case err == flag.ErrHelp:
		return options{help: true}, nil
	case err != nil:
		return settings, usageError(err.Error())
	case flags.NArg() > 0:
		return settings, usageError(fmt.Sprintf("argument %q: want none", flags.Arg(0)))
	case settings.rounds < 1:
		return settings, usageError(fmt.Sprintf("--rounds %d: want 1 or more", settings.rounds))
	case settings.orphans < settings.rounds:
		return settings, usageError(fmt.Sprintf("--orphans %d: want one for each round, or more", settings.orphans))
	}
	return settings, nil
}
