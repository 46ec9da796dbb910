package registry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/images/registry"
)

func TestFloatingTagsNeverGoBack(t *testing.T) {
	host := inMemory(t, plain)
	later, earlier := release(t, host, "1.10.0"), release(t, host, "1.9.1")
	first := mustPush(t, later)
	if got := mustPush(t, earlier).Outcomes; !slices.Equal(got, []registry.Outcome{registry.Tagged, registry.Tagged, registry.Newer}) {
		t.Errorf("outcomes %q", got)
	}
	if got := tags(t, later, "latest")[0]; got != first.Digest.DigestStr() {
		t.Errorf("latest is %s, want %s", got, first.Digest)
	}
	latest := mustPush(t, release(t, host, "1.10.1"))
	if got := tags(t, later, "latest", "1.10"); got[0] != latest.Digest.DigestStr() || got[1] != got[0] {
		t.Errorf("latest and 1.10 are %s, want %s", got, latest.Digest)
	}
	if got := mustPush(t, later).Outcomes; !slices.Equal(got, []registry.Outcome{registry.Unchanged, registry.Newer, registry.Newer}) {
		t.Errorf("outcomes of pushing once more %q", got)
	}
}

func TestOnlyReleasesFloat(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.3": "1.2.3 1.2 latest", "1.2.3-rc.1": "1.2.3-rc.1", "1.2": "1.2", "1.2.3-4-gabcdef-dirty": "1.2.3-4-gabcdef-dirty",
	} {
		var names []string
		for _, tag := range registry.TagsFor(version) {
			names = append(names, tag.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("tags of %s: %s, want %s", version, got, want)
		}
	}
}

func TestTagWithAnotherDigestIsRefusedUnlessForced(t *testing.T) {
	host := inMemory(t, plain)
	theirs, ours := release(t, host, "1.2.3"), release(t, host, "1.2.3")
	theirs.Tags = []registry.Tag{{Name: "1.2.3"}}
	before := mustPush(t, theirs).Digest
	_, err := ours.Run(t.Context())
	if !errors.Is(err, registry.ErrConflict) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "--force") {
		t.Errorf("error %v", err)
	}
	if got := tags(t, ours, "1.2.3", "latest"); !slices.Equal(got, []string{before.DigestStr(), ""}) {
		t.Errorf("1.2.3 and latest are %q after the refusal", got)
	}
	ours.Force = true
	after := mustPush(t, ours).Digest.DigestStr()
	if got := tags(t, ours, "1.2.3", "latest"); !slices.Equal(got, []string{after, after}) {
		t.Errorf("1.2.3 and latest are %q after the forced push of %s", got, after)
	}
}

func TestConflictingTagsAreOneLine(t *testing.T) {
	host := inMemory(t, plain)
	theirs, ours := release(t, host, "1.2.3"), release(t, host, "1.2.3")
	theirs.Tags = []registry.Tag{{Name: "first"}, {Name: "second"}}
	ours.Tags = theirs.Tags
	digest := mustPush(t, theirs).Digest.DigestStr()
	_, err := ours.Run(t.Context())
	if want := "pause: first is " + digest + " and second is " + digest + " already"; !errors.Is(err, registry.ErrConflict) ||
		!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line with %q", err, want)
	}
}

func TestFloatingTagOfSomethingElseIsRefused(t *testing.T) {
	host := inMemory(t, plain)
	theirs := release(t, host, "not a release")
	theirs.Tags = []registry.Tag{{Name: "latest"}}
	mustPush(t, theirs)
	if _, err := release(t, host, "1.2.3").Run(t.Context()); !errors.Is(err, registry.ErrConflict) {
		t.Errorf("error %v", err)
	}
}
