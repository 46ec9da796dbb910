package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images/registry"
	"github.com/podsandbox/pause/images/verification"
)

func verify(ctx context.Context, flags *flag.FlagSet, args []string) error {
	ca := flags.String("ca", "", "PEM `FILE` of certificate authorities to trust beside the system's")
	noRebuild := flags.Bool("no-rebuild", false, "do not build the revision again")
	operands, err := parse(flags, args, "REF")
	if err != nil {
		return err
	}
	reference, err := name.ParseReference(operands[0])
	if err != nil {
		return usageError{fmt.Errorf("REF %q: %w", operands[0], err)}
	}
	client, err := registry.New(*ca)
	if err != nil {
		return err
	}
	published, err := verification.Get(ctx, client, reference)
	if err != nil {
		return err
	}
	fmt.Println(published.Digest)
	skip := ""
	if *noRebuild {
		skip = "--no-rebuild"
	}
	if err := verification.Print(os.Stdout, published.Verify(ctx, skip)); err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	return nil
}
