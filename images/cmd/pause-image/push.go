package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/podsandbox/pause/images/dist"
	"github.com/podsandbox/pause/images/registry"
)

// publishing are the flags of all subcommands that write to a registry.
type publishing struct {
	ca, tags *string
	force    *bool
}

func publishingFlags(flags *flag.FlagSet) publishing {
	return publishing{
		ca:    flags.String("ca", "", "PEM `FILE` of certificate authorities to trust beside the system's"),
		tags:  flags.String("tag", "", "comma-separated `TAGS` to set in place of those of the version"),
		force: flags.Bool("force", false, "move tags that exist with another digest"),
	}
}

func push(ctx context.Context, flags *flag.FlagSet, args []string) error {
	dir := flags.String("dist", "dist", "`DIR` that build has written")
	publishing := publishingFlags(flags)
	operands, err := parse(flags, args, "REGISTRY")
	if err != nil {
		return err
	}
	client, err := publishing.client()
	if err != nil {
		return err
	}
	built, err := dist.Open(*dir)
	if err != nil {
		return err
	}
	return publishing.run(ctx, operands[0], path.Base(built.Tag.RepositoryStr()), registry.Push{
		Client:    client,
		Image:     built.Index,
		Referrers: built.Referrers,
		Tags:      registry.TagsFor(built.Tag.TagStr()),
	})
}

func mirror(ctx context.Context, flags *flag.FlagSet, args []string) error {
	publishing := publishingFlags(flags)
	operands, err := parse(flags, args, "FROM", "REGISTRY")
	if err != nil {
		return err
	}
	from, err := name.ParseReference(operands[0])
	if err != nil {
		return usageError{fmt.Errorf("FROM %q: %w", operands[0], err)}
	}
	client, err := publishing.client()
	if err != nil {
		return err
	}
	image, err := client.Get(ctx, from)
	if err != nil {
		return err
	}
	copied := registry.Push{Client: client, Image: image}
	if tag, ok := from.(name.Tag); ok {
		copied.Tags = []registry.Tag{{Name: tag.TagStr()}}
	}
	return publishing.run(ctx, operands[1], path.Base(from.Context().RepositoryStr()), copied)
}

// run pushes what is named base to the registry, and prints what is there then.
func (p publishing) run(ctx context.Context, to, base string, push registry.Push) error {
	var err error
	if push.Repository, err = registry.Repository(to, base); err != nil {
		return usageError{fmt.Errorf("REGISTRY %q: %w", to, err)}
	}
	if *p.tags != "" {
		push.Tags = nil
		for tag := range strings.SplitSeq(*p.tags, ",") {
			if parsed, err := name.NewTag(push.Repository.Name() + ":" + tag); err != nil || parsed.TagStr() != tag {
				return usageError{fmt.Errorf("--tag %q: want letters, digits, '.', '_' and '-', at most 128", tag)}
			}
			push.Tags = append(push.Tags, registry.Tag{Name: tag})
		}
	}
	push.Force = *p.force
	pushed, err := push.Run(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", pushed.Digest)
	for i, outcome := range pushed.Outcomes {
		fmt.Printf("%s  %s\n", push.Repository.Tag(push.Tags[i].Name), outcome)
	}
	return nil
}

// client shows its progress where someone may see it go on.
func (p publishing) client() (*registry.Client, error) {
	client, err := registry.New(*p.ca)
	if err == nil && terminal(os.Stderr) {
		client.Progress = os.Stderr
	}
	return client, err
}

func terminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
