package main

import (
	"context"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/images/verification"
)

func verify() *cobra.Command {
	var flags connection
	var noRebuild bool
	command := &cobra.Command{
		Use:   "verify [flags] REF",
		Short: "Check what is published under REF, down to building it again",
		Args:  operands("REF"),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.verify(command.Context(), args[0], noRebuild)
		},
	}
	flags.add(command.Flags())
	command.Flags().BoolVar(&noRebuild, "no-rebuild", false, "do not build the revision again")
	return command
}

func (c connection) verify(ctx context.Context, operand string, noRebuild bool) error {
	reference, err := name.ParseReference(operand)
	if err != nil {
		return usageError{fmt.Errorf("REF %q: %w", operand, err)}
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	image, err := verification.Get(ctx, client, reference)
	if err != nil {
		return err
	}
	fmt.Println(image.Digest)
	skip := ""
	if noRebuild {
		skip = "--no-rebuild"
	}
	if err := verification.Print(os.Stdout, image.Verify(ctx, skip)); err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	return nil
}
