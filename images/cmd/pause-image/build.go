package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/crash"
	"github.com/podsandbox/pause/images/registry"
	"github.com/podsandbox/pause/images/suite"
	"github.com/podsandbox/pause/pause/freestanding"
)

// options are the flags of build.
type options struct{ product, name, version, revision, dir, platforms string }

func build() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "build [flags]",
		Short: "Build the image for all platforms into a directory",
		Args:  operands(),
		RunE:  func(command *cobra.Command, _ []string) error { return o.build(command.Context()) },
	}
	flags := command.Flags()
	flags.StringVar(&o.product, "product", images.Pause.Name, "`PROGRAM` in the image: "+images.Pause.Name+" or "+images.Suite.Name)
	flags.StringVar(&o.name, "name", "", "image `NAME`, without a tag (default ghcr.io/podsandbox/PROGRAM)")
	flags.StringVar(&o.version, "version", "", "`VERSION` that the program prints, also the image's tag")
	flags.StringVar(&o.revision, "revision", "", "`COMMIT` that is built")
	flags.StringVar(&o.dir, "dist", "dist", "`DIR` to write to")
	flags.StringVar(&o.platforms, "platform", "", "comma-separated `PLATFORMS` (default all)")
	return command
}

func (o options) build(ctx context.Context) error {
	product, err := images.ProductOf(o.product)
	if err != nil {
		return usageError{fmt.Errorf("--product %w", err)}
	}
	if o.name == "" {
		o.name = "ghcr.io/podsandbox/" + product.Name
	}
	tag, err := parseTag(o.name, o.version)
	if err != nil {
		return usageError{err}
	}
	targets, err := parsePlatforms(o.platforms, product)
	if err != nil {
		return usageError{fmt.Errorf("--platform: %w", err)}
	}
	date, err := sourceDate()
	if err != nil {
		return usageError{err}
	}
	build := freestanding.Builder{Version: o.version}.Build
	if product == images.Suite {
		build = func(ctx context.Context, platform freestanding.Platform) (freestanding.Program, error) {
			return suite.Build(ctx, o.version, platform)
		}
	}
	programs, err := buildPrograms(ctx, build, targets)
	if err != nil {
		return err
	}
	release := images.Release{Product: product, Version: o.version, Revision: o.revision, Created: date}
	result, err := bundle.New(tag, release, programs)
	if err != nil {
		return err
	}
	if err := result.Write(ctx, o.dir); err != nil {
		return err
	}
	return result.PrintTable(os.Stdout)
}

func parseTag(repository, version string) (name.Tag, error) {
	if err := registry.CheckTag(version); err != nil {
		return name.Tag{}, fmt.Errorf("--version %w", err)
	}
	tag, err := name.NewTag(repository + ":" + version)
	if err != nil {
		return tag, fmt.Errorf("--name %q: %w", repository, err)
	}
	return tag, nil
}

func parsePlatforms(list string, product *images.Product) ([]freestanding.Platform, error) {
	if list == "" {
		return product.Platforms, nil
	}
	var platforms []freestanding.Platform
	for name := range strings.SplitSeq(list, ",") {
		platform, err := freestanding.ParsePlatform(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(product.Platforms, platform) {
			return nil, fmt.Errorf("%s is not built for %s", product.Name, platform)
		}
		platforms = append(platforms, platform)
	}
	return platforms, nil
}

// sourceDate reads SOURCE_DATE_EPOCH, in seconds since 1970.
func sourceDate() (time.Time, error) {
	value := os.Getenv("SOURCE_DATE_EPOCH")
	if value == "" {
		return time.Unix(0, 0), nil
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil || seconds < 0 {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970", value)
	}
	return time.Unix(seconds, 0), nil
}

// builder builds a program for one platform.
type builder func(context.Context, freestanding.Platform) (freestanding.Program, error)

// buildPrograms builds all platforms at once. Its error is the first, since what
// keeps one from being built often keeps them all.
func buildPrograms(ctx context.Context, build builder, platforms []freestanding.Platform) ([]freestanding.Program, error) {
	programs := make([]freestanding.Program, len(platforms))
	failures := make([]error, len(platforms))
	var builds sync.WaitGroup
	for i, platform := range platforms {
		builds.Go(func() {
			defer crash.Recover(&failures[i])
			programs[i], failures[i] = build(ctx, platform)
		})
	}
	builds.Wait()
	failures = slices.DeleteFunc(failures, func(err error) bool { return err == nil })
	switch len(failures) {
	case 0:
		return programs, nil
	case 1:
		return nil, failures[0]
	}
	return nil, fmt.Errorf("%w (and %d other platforms fail)", failures[0], len(failures)-1)
}
