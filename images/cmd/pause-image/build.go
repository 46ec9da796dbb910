package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/dist"
	"github.com/podsandbox/pause/pause/freestanding"
)

func build(ctx context.Context, flags *flag.FlagSet, args []string) error {
	repository := flags.String("name", "ghcr.io/podsandbox/pause", "image `NAME`, without a tag")
	version := flags.String("version", "", "`VERSION` that the program prints, also the image's tag")
	revision := flags.String("revision", "", "`COMMIT` that is built")
	dir := flags.String("dist", "dist", "`DIR` to write to")
	platforms := flags.String("platform", "", "comma-separated `PLATFORMS` (default all)")
	if _, err := parse(flags, args); err != nil {
		return err
	}
	tag, err := parseTag(*repository, *version)
	if err != nil {
		return usageError{err}
	}
	targets, err := parsePlatforms(*platforms)
	if err != nil {
		return usageError{fmt.Errorf("--platform: %w", err)}
	}
	created, err := sourceDate()
	if err != nil {
		return usageError{err}
	}
	programs, err := buildPrograms(ctx, freestanding.Builder{Version: *version}, targets)
	if err != nil {
		return err
	}
	release := images.Release{Version: *version, Revision: *revision, Created: created}
	built, err := dist.New(tag, release, programs)
	if err != nil {
		return err
	}
	if err := built.Write(*dir); err != nil {
		return err
	}
	return built.PrintTable(os.Stdout)
}

func parseTag(repository, version string) (name.Tag, error) {
	tag, err := name.NewTag(repository + ":" + version)
	if err != nil {
		return tag, fmt.Errorf("--name %q --version %q: %w", repository, version, err)
	}
	if tag.TagStr() != version {
		return tag, fmt.Errorf("--version %q: want letters, digits, '.', '_' and '-', at most 128", version)
	}
	return tag, nil
}

func parsePlatforms(list string) ([]freestanding.Platform, error) {
	if list == "" {
		return freestanding.Platforms, nil
	}
	var platforms []freestanding.Platform
	for name := range strings.SplitSeq(list, ",") {
		platform, err := freestanding.ParsePlatform(name)
		if err != nil {
			return nil, err
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

// buildPrograms builds all platforms at once. Its error holds those of all that
// failed.
func buildPrograms(ctx context.Context, builder freestanding.Builder, platforms []freestanding.Platform) ([]freestanding.Program, error) {
	programs := make([]freestanding.Program, len(platforms))
	failures := make([]error, len(platforms))
	var builds sync.WaitGroup
	for i, platform := range platforms {
		builds.Go(func() { programs[i], failures[i] = builder.Build(ctx, platform) })
	}
	builds.Wait()
	return programs, errors.Join(failures...)
}
