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
	var asked options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&asked.rounds, "rounds", 5, "")
	flags.IntVar(&asked.orphans, "orphans", 20000, "")
	flags.BoolVar(&asked.spread, "spread", false, "")
	flags.BoolVar(&asked.markdown, "markdown", false, "")
	err := flags.Parse(args)
	switch {
	case err == flag.ErrHelp:
		return options{help: true}, nil
	case err != nil:
		return asked, usageError(err.Error())
	case flags.NArg() > 0:
		return asked, usageError(fmt.Sprintf("argument %q: want none", flags.Arg(0)))
	case asked.rounds < 1:
		return asked, usageError(fmt.Sprintf("--rounds %d: want 1 or more", asked.rounds))
	case asked.orphans < asked.rounds:
		return asked, usageError(fmt.Sprintf("--orphans %d: want one for each round, or more", asked.orphans))
	}
	return asked, nil
}
