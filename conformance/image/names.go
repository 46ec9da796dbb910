package image

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// nameKeys are the annotations that name an image in an OCI layout: the second
// is what containerd's and docker's archives hold as well.
var nameKeys = []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"}

// candidate is an image of a layout or an archive, and its names there.
type candidate[T any] struct {
	value T
	id    string // the digest, or the file of its configuration
	names []string
}

// choose returns the images with the tag, which are one image: those of a layout that
// names all its manifests alike, or none of them. A full name goes before the end of
// one.
func choose[T any](candidates []candidate[T], tag string) ([]candidate[T], error) {
	var distinct []candidate[T]
	for _, next := range candidates {
		at := slices.IndexFunc(distinct, func(other candidate[T]) bool { return other.id == next.id })
		if at < 0 || len(next.names)+len(distinct[at].names) == 0 {
			distinct = append(distinct, next)
		} else { // another name of the same image
			distinct[at].names = append(slices.Clone(distinct[at].names), next.names...)
		}
	}
	find := func(test func(name, tag string) bool) []candidate[T] {
		var matches []candidate[T]
		for _, next := range distinct {
			if tag == "" || slices.ContainsFunc(next.names, func(name string) bool { return test(name, tag) }) {
				matches = append(matches, next)
			}
		}
		return matches
	}
	matches := find(func(name, tag string) bool { return name == tag })
	if len(matches) == 0 {
		matches = find(endsIn)
	}
	switch {
	case len(matches) == 0:
		return nil, missing(distinct, tag)
	case slices.ContainsFunc(matches, func(next candidate[T]) bool { return !slices.Equal(next.names, matches[0].names) }):
		return nil, ambiguous(matches, tag)
	}
	return matches, nil
}

// endsIn tells whether the tag is that of the name, or its end without the registry.
func endsIn(name, tag string) bool {
	return strings.HasSuffix(name, ":"+tag) || strings.HasSuffix(name, "/"+tag)
}

func namesOf(descriptor v1.Descriptor) []string {
	var names []string
	for _, key := range nameKeys {
		if name := descriptor.Annotations[key]; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// maxNames is how many names an error lists.
const maxNames = 10

// namesIn lists the names that tell an image from the others.
func namesIn[T any](candidates []candidate[T]) string {
	count := map[string]int{}
	for _, next := range candidates {
		for _, name := range slices.Compact(slices.Sorted(slices.Values(next.names))) {
			count[name]++
		}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(count)) {
		if count[name] == 1 {
			names = append(names, name)
		}
	}
	if more := len(names) - maxNames; more > 0 {
		names = append(names[:maxNames], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

func ambiguous[T any](matches []candidate[T], tag string) error {
	names := namesIn(matches)
	var images []string
	complete, distinct := true, map[string]bool{}
	for _, next := range matches {
		if complete = complete && len(next.names) > 0; !complete {
			break
		}
		// The longest name is the full one.
		longest := slices.MaxFunc(next.names, func(a, b string) int { return len(a) - len(b) })
		distinct[longest] = true
		images = append(images, fmt.Sprintf("%s (%s)", longest, next.id))
	}
	list := strings.Join(images[:min(len(images), maxNames)], " or ")
	switch {
	case tag == "" && names != "":
		return fmt.Errorf("holds several images: append one of %s as :TAG", names)
	case !complete:
		return errors.New("holds several images and no name to tell them by")
	case len(distinct) == len(matches):
		return fmt.Errorf("holds several images named %q: append the full name of one, %s", tag, list)
	}
	return fmt.Errorf("holds several images named %q, %s: give each a name of its own", tag, list)
}

func missing[T any](candidates []candidate[T], tag string) error {
	names := namesIn(candidates)
	switch {
	case tag == "" || len(candidates) == 0:
		return errors.New("holds no image")
	case names == "":
		return fmt.Errorf("holds no image named %q, for its images have no name", tag)
	}
	return fmt.Errorf("holds no image named %q: append one of %s as :TAG", tag, names)
}
