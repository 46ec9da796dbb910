package main

import (
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/podsandbox/pause/images/registry"
)

// connection are the flags of all subcommands that talk to a registry.
type connection struct{ ca string }

func (c *connection) add(flags *pflag.FlagSet) {
	flags.StringVar(&c.ca, "ca", "", "PEM `FILE` of certificate authorities to trust beside the system's")
}

// client shows its progress where someone may see it go on.
func (c connection) client() (*registry.Client, error) {
	client, err := registry.New(c.ca)
	if err == nil && term.IsTerminal(int(os.Stderr.Fd())) {
		client.Progress = os.Stderr
	}
	return client, err
}
