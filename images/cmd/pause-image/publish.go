package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/spf13/pflag"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/printable"
	"github.com/podsandbox/pause/images/registry"
)

// publication are the flags of all subcommands that write to a registry.
type publication struct {
	connection
	tags, windowsFrom string
	force             bool
}

func (p *publication) add(flags *pflag.FlagSet) {
	p.connection.add(flags)
	flags.StringVar(&p.tags, "tag", "", "comma-separated `TAGS` to set in place of those of the version")
	flags.BoolVar(&p.force, "force", false, "move tags that exist with another digest, and publish a release that names no commit")
	flags.StringVar(&p.windowsFrom, "windows-from", "", "`REF` of an index whose Windows images are added, such as registry.k8s.io/pause:3.10")
}

// destination sets the repository of the image that is named base, and the tags.
func (p publication) destination(push *registry.Push, to, base string) error {
	var err error
	if push.Repository, err = registry.Repository(to, base); err != nil {
		return usageError{fmt.Errorf("REGISTRY %q: %w", to, err)}
	}
	push.Force = p.force
	if p.tags == "" {
		return nil
	}
	push.Tags = nil
	for tag := range strings.SplitSeq(p.tags, ",") {
		if err := registry.CheckTag(tag); err != nil {
			return usageError{fmt.Errorf("--tag %w", err)}
		}
		push.Tags = append(push.Tags, registry.Tag{Name: tag})
	}
	return nil
}

// run pushes, and prints the digest and the tags.
func (p publication) run(ctx context.Context, push registry.Push) error {
	var missing []string
	if p.windowsFrom != "" {
		index, err := p.addWindows(ctx, push)
		if err != nil {
			return err
		}
		// The attachments belong to the original index. verify computes its digest from
		// the tagged one.
		original := push
		original.Tags = nil
		result, err := original.Run(ctx)
		if err != nil {
			return err
		}
		missing, push.Image, push.Attachments = result.Missing, index, nil
	}
	result, err := push.Run(ctx)
	if err != nil {
		return err
	}
	fmt.Println(result.Digest)
	for i, outcome := range result.Outcomes {
		fmt.Printf("%s  %s\n", push.Repository.Tag(push.Tags[i].Name), outcome)
	}
	for _, reason := range append(missing, result.Missing...) {
		fmt.Printf("incomplete: %s\n", printable.Text(reason))
	}
	return nil
}

func (p publication) addWindows(ctx context.Context, push registry.Push) (v1.ImageIndex, error) {
	reference, err := name.ParseReference(p.windowsFrom)
	if err != nil {
		return nil, usageError{fmt.Errorf("--windows-from %q: %w", p.windowsFrom, err)}
	}
	source, err := push.Client.Get(ctx, reference)
	if err != nil {
		return nil, err
	}
	from, err := indexOf(source)
	if err != nil {
		return nil, fmt.Errorf("--windows-from %s: %w", reference, err)
	}
	own, err := indexOf(push.Image)
	if err != nil {
		return nil, err
	}
	index, err := images.AddWindows(own, from)
	if err != nil {
		return nil, fmt.Errorf("--windows-from %s: %w", reference, err)
	}
	return index, nil
}

// indexOf returns the index that an image to be published is.
func indexOf(item remote.Taggable) (v1.ImageIndex, error) {
	switch item := item.(type) {
	case v1.ImageIndex:
		return item, nil
	case *remote.Descriptor:
		if item.MediaType.IsIndex() {
			return item.ImageIndex()
		}
	}
	return nil, fmt.Errorf("%w: it is one image and no index", images.ErrWindows)
}
