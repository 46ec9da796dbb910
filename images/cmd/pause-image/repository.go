package main

import (
	"context"
	"flag"
	"fmt"
	"path"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images/registry"
)

func repository(_ context.Context, flags *flag.FlagSet, args []string) error {
	operands, err := parse(flags, args, "REGISTRY", "IMAGE")
	if err != nil {
		return err
	}
	image, err := name.NewRepository(operands[1])
	if err != nil {
		return usageError{fmt.Errorf("IMAGE %q: %w", operands[1], err)}
	}
	found, err := registry.Repository(operands[0], path.Base(image.RepositoryStr()))
	if err != nil {
		return usageError{fmt.Errorf("REGISTRY %q: %w", operands[0], err)}
	}
	fmt.Println(found)
	return nil
}
