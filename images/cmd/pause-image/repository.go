package main

import (
	"fmt"
	"path"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/images/registry"
)

func repository() *cobra.Command {
	return &cobra.Command{
		Use:   "repository REGISTRY IMAGE",
		Short: "Print where push puts IMAGE in REGISTRY",
		Args:  operands("REGISTRY", "IMAGE"),
		RunE: func(command *cobra.Command, args []string) error {
			image, err := name.NewRepository(args[1])
			if err != nil {
				return usageError{fmt.Errorf("IMAGE %q: %w", args[1], err)}
			}
			place, err := registry.Repository(args[0], path.Base(image.RepositoryStr()))
			if err != nil {
				return usageError{fmt.Errorf("REGISTRY %q: %w", args[0], err)}
			}
			fmt.Fprintln(command.OutOrStdout(), place)
			return nil
		},
	}
}
