package main

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/registry"
)

func push() *cobra.Command {
	var flags publication
	var dir string
	var digestOnly bool
	command := &cobra.Command{
		Use:   "push [flags] REGISTRY",
		Short: "Push what build wrote to REGISTRY, and set the tags of its version",
		Args:  operands("REGISTRY"),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.push(command.Context(), dir, args[0], digestOnly)
		},
	}
	command.Flags().StringVar(&dir, "dist", "dist", "`DIR` that build has written")
	command.Flags().BoolVar(&digestOnly, "untagged", false, "push by digest, and set no tag")
	flags.add(command.Flags())
	return command
}

func (p publication) push(ctx context.Context, dir, to string, digestOnly bool) error {
	if digestOnly && p.tags != "" {
		return usageError{errors.New("--untagged sets no tag, and --tag one; leave one of them out")}
	}
	client, err := p.client()
	if err != nil {
		return err
	}
	build, err := bundle.Open(ctx, dir)
	if err != nil {
		return err
	}
	push := registry.Push{Client: client, Image: build.Index, Tags: registry.TagsFor(build.Tag.TagStr())}
	for _, referrer := range build.Referrers {
		push.Attachments = append(push.Attachments, registry.Attachment{Artifact: referrer})
	}
	if err := p.destination(&push, to, path.Base(build.Tag.RepositoryStr())); err != nil {
		return err
	}
	if tag := releaseTag(push.Tags); tag != "" && !build.Release.HasCommit() && !p.force {
		return fmt.Errorf("push the build in %s as %s: %w, its revision is %q; commit what has changed and build that, or publish it as it is: make FORCE=1, pause-image --force",
			dir, tag, errNoCommit, build.Release.Revision)
	}
	if digestOnly {
		push.Tags = nil
	}
	return p.run(ctx, push)
}

// releaseTag returns a tag that only a release has, or none.
func releaseTag(tags []registry.Tag) string {
	for _, tag := range tags {
		if tag.Floating || len(registry.TagsFor(tag.Name)) > 1 {
			return tag.Name
		}
	}
	return ""
}

func mirror() *cobra.Command {
	var flags publication
	command := &cobra.Command{
		Use:   "mirror [flags] FROM REGISTRY",
		Short: "Copy the image FROM a registry to REGISTRY, bit for bit, with what is attached to it",
		Args:  operands("FROM", "REGISTRY"),
		RunE: func(command *cobra.Command, args []string) error {
			return flags.mirror(command.Context(), args[0], args[1])
		},
	}
	flags.add(command.Flags())
	return command
}

func (p publication) mirror(ctx context.Context, source, to string) error {
	from, err := name.ParseReference(source)
	if err != nil {
		return usageError{fmt.Errorf("FROM %q: %w", source, err)}
	}
	client, err := p.client()
	if err != nil {
		return err
	}
	push := registry.Push{Client: client}
	if tag, ok := from.(name.Tag); ok {
		push.Tags = []registry.Tag{{Name: tag.TagStr()}}
	}
	if err := p.destination(&push, to, path.Base(from.Context().RepositoryStr())); err != nil {
		return err
	}
	image, err := client.Get(ctx, from)
	if err != nil {
		return err
	}
	attachments, missing, err := client.Attachments(ctx, from.Context(), image)
	if err != nil {
		return err
	}
	push.Image, push.Attachments, push.Missing = image, attachments, missing
	return p.run(ctx, push)
}
