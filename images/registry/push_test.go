package registry_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/images/registry"
)

func client(t *testing.T, ca string) *registry.Client {
	t.Helper()
	result, err := registry.New(ca)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// release is a push of an index that says to be of the version.
func release(t *testing.T, host, version string) registry.Push {
	t.Helper()
	index, err := random.Index(100, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	index = mutate.Annotations(index, images.Release{Version: version}.Annotations()).(v1.ImageIndex)
	repository, err := registry.Repository(host+"/test", "pause")
	if err != nil {
		t.Fatal(err)
	}
	return registry.Push{
		Client: client(t, ""), Repository: repository, Image: index, Tags: registry.TagsFor(version),
	}
}

func mustPush(t *testing.T, push registry.Push) registry.Result {
	t.Helper()
	result, err := push.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// tags reads the digests that the tags have in the repository.
func tags(t *testing.T, push registry.Push, names ...string) []string {
	t.Helper()
	var digests []string
	for _, tag := range names {
		descriptor, err := push.Client.Get(t.Context(), push.Repository.Tag(tag))
		if err != nil {
			digests = append(digests, "")
			continue
		}
		digests = append(digests, descriptor.Digest.String())
	}
	return digests
}

func TestPushedIndexIsCompleteAndAttested(t *testing.T) {
	t.Run("registry with referrers", func(t *testing.T) {
		pushesCompletely(t, release(t, inMemory(t, plain), "1.2.3"))
	})
	t.Run("registry without", func(t *testing.T) {
		pushesCompletely(t, release(t, debian(t, "", "", ""), "1.2.3"))
	})
	t.Run("private authority and password", func(t *testing.T) {
		ca, tls := authority(t, time.Now().Add(time.Hour))
		push := release(t, debian(t, "", tls, withPassword(t)), "1.2.3")
		push.Client = client(t, ca)
		logIn(t, push.Repository.RegistryStr(), user, password)
		pushesCompletely(t, push)
	})
}

func pushesCompletely(t *testing.T, push registry.Push) {
	referrer, err := attestation.SBOM.Referrer([]byte("{}"), push.Image.(v1.ImageIndex))
	if err != nil {
		t.Fatal(err)
	}
	push.Attachments = []registry.Attachment{{Artifact: referrer}}
	digest := mustPush(t, push).Digest
	for _, tag := range tags(t, push, "1.2.3", "1.2", "latest") {
		if tag != digest.DigestStr() {
			t.Errorf("a tag is %q, want %s", tag, digest)
		}
	}
	descriptor, err := push.Client.Get(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	index, err := descriptor.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	referrersOf, err := push.Client.Referrers(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	if len(referrersOf) != 1 {
		t.Fatalf("referrers %+v, want one", referrersOf)
	}
	// Registries differ in the artifact type that they list, so ask the artifact.
	sbom, err := push.Client.Get(t.Context(), push.Repository.Digest(referrersOf[0].Digest.String()))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(sbom.Manifest, []byte(`"artifactType":"application/spdx+json"`)) {
		t.Errorf("the referrer is no SBOM: %s", sbom.Manifest)
	}
}

func TestInterruptedPushMovesNoTag(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var countdown atomic.Int32
	host := inMemory(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") && countdown.Add(-1) == 0 {
				interrupt()
			}
			next.ServeHTTP(w, r)
		})
	})
	before := mustPush(t, release(t, host, "1.0.0")).Digest.DigestStr()
	countdown.Store(4) // Three images, and then the index: all that comes before the tags.
	push := release(t, host, "1.1.0")
	_, err := push.Run(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "no tag has been set") {
		t.Errorf("error %v", err)
	}
	if got := tags(t, push, "1.1.0", "1.1", "latest"); !slices.Equal(got, []string{"", "", before}) {
		t.Errorf("1.1.0, 1.1 and latest are %q", got)
	}
	mustPush(t, push)
}
